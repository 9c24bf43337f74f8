"""Collapsed runs: the rule, and what such a run answers."""

from collections.abc import Mapping
from typing import Any

# The rule of textstudy.evaluate.metrics, which decides it; a test holds the two together.
COLLAPSE_RULE = (
    "A run counts as collapsed where 95 % or more of its answers on the test documents are one class and it recognises "
    "less than a fifth of the documents of the other classes."
)


def describe_collapse(test: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the class that a collapsed run answers, with its shares of the answers and of the truth; else None."""
    if not test["collapsed"]:
        return None
    matrix = test["confusion"]
    answers, truth = [sum(column) for column in zip(*matrix, strict=True)], [sum(row) for row in matrix]
    place = answers.index(max(answers))
    return {
        "label": test["per_class"][place]["label"],
        "share": answers[place] / sum(answers),
        "true_share": truth[place] / sum(truth),
    }
