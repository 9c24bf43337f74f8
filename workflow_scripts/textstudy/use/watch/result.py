"""The findings of a comparison as plain numbers, for the page and for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from textstudy.use.watch.changes import count_categories
from textstudy.use.watch.compare import CATEGORIES, Comparison
from textstudy.use.watch.estimate import Accuracy
from textstudy.use.watch.measure import Measured
from textstudy.use.watch.verdict import Thresholds, alarms


def describe_findings(
    old: Measured,
    new: Measured,
    comparison: Comparison,
    accuracies: Mapping[str, Accuracy],
    thresholds: Thresholds,
) -> dict[str, Any]:
    """Return what passed a threshold, and the numbers of all tests and accuracies."""
    return {
        "thresholds": asdict(thresholds),
        "alarms": alarms(comparison.adjusted, accuracies, thresholds),
        "changes": [
            {**asdict(change), "adjusted_p_value": comparison.adjusted[name]}
            for name, change in comparison.changes.items()
        ],
        "left_out": dict(comparison.left_out),
        "words": [asdict(word) for word in comparison.words],
        "shares": {name: _shares(old, new, name) for name in CATEGORIES},
        "accuracy": {how: asdict(accuracy) for how, accuracy in accuracies.items()},
    }


def describe_documents(new: pd.DataFrame, measured: Measured, places: Sequence[int]) -> list[dict[str, Any]]:
    """Return the new documents at these places: their row in the file, text, predicted class and its probability."""
    rows = pd.concat([new[["row", "text"]], measured.frame[["predicted", "confidence"]].astype(object)], axis=1)
    return rows.iloc[list(places)].to_dict("records")


def _shares(old: Measured, new: Measured, name: str) -> list[dict[str, Any]]:
    counts, names = count_categories(old.frame[name], new.frame[name])
    shares = (counts / counts.sum(axis=1, keepdims=True)).tolist()
    return [{"name": each, "old": before, "new": after} for each, before, after in zip(names, *shares, strict=True)]
