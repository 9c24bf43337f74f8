"""The part of report.json on how much each model was tuned."""

from typing import Any, Literal

from textstudy.report.schema.shapes import Part, key


class Tried(Part):
    """One trial: settings, and the accuracy that they reached on validation."""

    changes: dict[str, Any] = key("settings of the trial")
    validation_accuracy: float


class Searched(Part):
    """How the settings of a model were searched. It is trained with those of the best trial."""

    space: dict[str, Any] = key("setting → the values that were tried: a list, or `low` and `high`, on a log scale")
    asked: int = key("trials that the study asks for; a small space holds fewer settings")
    seed: int = key("of every trial")
    best: int = key("place of the best trial among `tried`, from 0")
    tied: int = key("other trials with the same accuracy; the log-loss decided, then the order")
    failed: int = key("trials whose training failed; they count as an accuracy of 0")
    documents: int = key("validation documents on which it was chosen")
    optimism: float = key(
        "how much too high the accuracy of the best trial is because the same documents chose it; a bootstrap estimate "
        "(Tsamardinos et al. 2018)"
    )
    seconds: float = key("of the trainings of all trials")


class ExpectedBest(Part):
    """The best validation accuracy to expect of a number of trials."""

    trials: int
    mean: float
    low: float | None = key("lower end of its bootstrap interval over the trials; null beyond half of them")
    high: float | None = key("its upper end")


class Budget(Part):
    """How many settings of a model were tried, as far as the study knows."""

    source: Literal["grid", "search", "phase", "unknown"] = key(
        "a grid that its training goes through, the trials of its search, the candidates of a phase, or not known"
    )
    trials: int | None = key("null if unknown")
    tried: list[Tried] = key("trials whose accuracy on validation is known, in their order")
    curve: list[ExpectedBest] = key("for 1 trial to all of `tried`; empty for fewer than two")
    search: Searched | None = key("null if its settings were not searched", default=None)
