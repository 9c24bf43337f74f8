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
    """The comparison of two models on the same documents."""

    first: str
    second: str
    split: Literal["validation", "test"]
    metric: Literal[
        "accuracy", "macro_f1", "log_loss", "brier_score", "mean_absolute_error", "quadratic_kappa", "far_off"
    ]
    difference: float = key("score of the first minus that of the second")
    low: float = key("lower end of its 95 % interval, corrected for all comparisons of the family")
    high: float = key("its upper end")
    p_value: float = key("of this comparison alone")
    adjusted_p_value: float = key("corrected for all comparisons of the family (Bonferroni)")
    significant: bool = key("whether `adjusted_p_value` is below 0.05, so that the interval leaves out 0")
    equivalent: bool = key("whether the two are shown to be less than 0.01 apart")
    smallest_shown: float = key("smallest true difference that this comparison would show with 80 % probability")
    planned: bool = key("whether the study set out to make this comparison; all others are another family")
    comparisons: int = key("number of comparisons of the family")
    standard_error: float = key("over other documents and other trainings")
    documents_error: float = key("its part that comes from the documents")
    degrees_of_freedom: float
    spreads: list[float | None] = key("standard deviations of the two models over seeds; null for one run")
    scope: Literal["settings", "runs"] = key(
        "`settings` if it holds for new trainings too; `runs` if a model with random parts was trained once"
    )
    grouped_by: str | None = key("kind of group that the documents were resampled by; null if by document")
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
