"""The part of report.json on how much each model was tuned."""

from typing import Any, Literal

from textstudy.report.schema.shapes import Part, key


class Tried(Part):
    """One trial: settings, and the accuracy that they reached on validation."""

    changes: dict[str, Any] = key("settings of the trial")
    validation_accuracy: float


class ExpectedBest(Part):
    """The best validation accuracy to expect of a number of trials."""

    trials: int
    mean: float
    low: float = key("lower end of its 95 % bootstrap interval over the trials")
    high: float = key("its upper end")


class Budget(Part):
    """How many settings of a model were tried, as far as the study knows."""

    source: Literal["grid", "trials", "phase", "unknown"] = key(
        "a grid that its training goes through, trials of the study, the candidates of a phase, or not known"
    )
    trials: int | None = key("null if unknown")
    tried: list[Tried] = key("trials whose accuracy on validation is known, in their order")
    curve: list[ExpectedBest] = key("for 1 trial to all of `tried`; empty for fewer than two")
