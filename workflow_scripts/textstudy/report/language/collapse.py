"""Collapsed runs: the rule, and the class that such a run predicts."""

from collections.abc import Mapping
from typing import Any

# textstudy.evaluate.metrics applies this rule; a test checks that both have the same share.
COLLAPSE_RULE = (
    "A run counts as collapsed if it predicts the same class for 95 % or more of the test documents and recognises "
    "less than a fifth of the documents of the other classes."
)


def describe_collapse(test: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the class that a collapsed run predicts, its share of predictions and its true share; else None."""
    if not test["collapsed"]:
        return None
    matrix = test["confusion"]
    predicted, true = [sum(column) for column in zip(*matrix, strict=True)], [sum(row) for row in matrix]
    place = predicted.index(max(predicted))
    return {
        "label": test["per_class"][place]["label"],
        "share": predicted[place] / sum(predicted),
        "true_share": true[place] / sum(true),
    }
