"""The part of report.json on the decision: which model to use, and why."""

from typing import Any

from textstudy.report.schema.shapes import Part, key


class Statement(Part):
    """A sentence of the decision that is made from the numbers."""

    kind: str
    text: str = key("one or two plain sentences")
    details: str = key("the statistics behind it in sentences; empty if the first sentence holds them", default="")
    evidence: dict[str, Any] = key("numbers on which it is based")


class Decision(Part):
    """Which model to use, chosen on validation alone."""

    recommended: str = key("of the candidates about as cheap to use as the cheapest, the best on validation")
    best: str = key("model with the highest validation accuracy; collapsed models and refits are left out")
    candidates: list[str] = key("models not shown to be worse than the best on validation, the best first")
    reason: list[Statement] = key("why it is recommended, and its accuracy on test")
    cost: Statement
    alternatives: list[Statement] = key("what more accuracy, more robustness or less memory would take")
    certainty: list[Statement] = key("the comparison with the baseline, and what the comparisons hold for")
    data: Statement = key("whether the data were clean")
    next_steps: list[Statement] = key("at most three, the most useful first")
