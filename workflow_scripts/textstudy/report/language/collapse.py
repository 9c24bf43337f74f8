"""Collapsed runs: the rule, and the class that such a run predicts."""

from collections import Counter
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
    predicted, true = Counter(), Counter()
    for truth, guess, documents in test["confusion"]:
        predicted[guess] += documents
        true[truth] += documents
    place = max(sorted(predicted), key=predicted.get)
    return {
        "label": test["per_class"][place]["label"],
        "share": predicted[place] / predicted.total(),
        "true_share": true[place] / true.total(),
    }
