"""The parts of report.json that compare models: phases, paired tests, confusions and findings."""

from typing import Any, Literal

from textstudy.report.schema.shapes import Parameters, Part, key


class OverRuns(Part):
    """A value at the epoch kept, over the runs of a model."""

    mean: float
    spread: float | None = key("standard deviation; null for one run")
    by_run: list[float]


class Ranked(Part):
    """A model's place in a phase."""

    rank: int = key("from 1")
    model: str
    validation_accuracy: OverRuns
    validation_loss: OverRuns
    parameters: Parameters


class Phase(Part):
    """A group of models from which one is selected on validation."""

    name: str
    title: str
    winner: str
    ranking: list[Ranked] = key("best first")


class Pair(Part):
    """The paired test of two models on the same test documents."""

    first: str
    second: str
    metric: Literal["accuracy", "macro_f1"]
    difference: float = key("score of the first minus that of the second")
    low: float = key("lower end of the paired 95 % interval")
    high: float = key("its upper end")
    p_value: float
    adjusted_p_value: float = key("after Holm's correction over all pairs")
    significant: bool = key("whether `adjusted_p_value` is below 0.05")
    test: str = key("name of the paired test")
    documents: int


class Confusion(Part):
    """Documents of one class for which a model predicts another, summed over seeds."""

    true: str
    predicted: str
    count: int
    share: float = key("share of the test documents of the true class")


class Finding(Part):
    """A sentence of the report that is made from the numbers."""

    chapter: str = key("chapter of the report in which it stands")
    kind: str
    text: str = key("a plain sentence")
    details: str = key("the statistics behind it in sentences; empty if the first sentence holds them", default="")
    evidence: dict[str, Any] = key("numbers on which it is based")
