"""Accuracy on the test documents of groups that the training documents have too, and on those of other groups."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from textstudy.evaluate.significance import DRAWS, interval
from textstudy.prepare.groups import known_groups
from textstudy.storage.tables import group_kinds

FEWEST = 20  # documents on each side from which their accuracies are compared


def compare_groups(
    runs: Mapping[str, Sequence[pd.DataFrame]], split: pd.DataFrame, *, models: Sequence[str]
) -> list[dict[str, Any]]:
    """Return for each kind of group the accuracy of each model on test documents of known and of unknown groups.

    A row has the `kind`, the numbers of documents `known` and `unknown`, and `models`: name → {"known", "unknown",
    "difference", "within_classes"}, each {"mean", "low", "high"} with a 95 % bootstrap interval over documents.
    `within_classes` is the mean difference within a class, weighted by its test documents: known groups may be more
    frequent in easier or harder classes. A kind with too few documents on one side has no row.

    Args:
        runs: model → PREDICTIONS of each seed.
        split: the SPLIT table.
        models: models that learned from the training documents only.
    """
    test = split[split["split"] == "test"]
    train = split[split["split"] == "train"]
    rows = []
    for kind in group_kinds(split):
        known = known_groups(test, train, kind)
        if min((known == 1).sum(), (known == 0).sum()) >= FEWEST:
            sides = pd.Series(known, test["id"])
            scores = {model: _scores(runs[model], sides) for model in models}
            counts = {"known": int((known == 1).sum()), "unknown": int((known == 0).sum())}
            rows.append({"kind": kind, **counts, "models": scores})
    return rows


def _scores(tables: Sequence[pd.DataFrame], sides: pd.Series) -> dict[str, dict[str, float]]:
    """Return the accuracies of a model; `sides` says of each test document whether its group is known (1, 0 or -1)."""
    tests = [table[table["split"] == "test"].set_index("id").loc[sides.index] for table in tables]
    labels = tests[0]["label"].to_numpy()
    right = np.mean([(test["predicted"] == test["label"]).to_numpy() for test in tests], axis=0)  # over the seeds
    known, unknown = (sides == 1).to_numpy(), (sides == 0).to_numpy()
    generator = np.random.default_rng(0)
    draws = {"known": _mean_draws(right[known], generator), "unknown": _mean_draws(right[unknown], generator)}
    draws["difference"] = draws["known"] - draws["unknown"]
    draws["within_classes"] = _within_classes(right, labels, known, unknown, generator)
    return {name: _estimate(found) for name, found in draws.items()}


def _within_classes(
    right: np.ndarray, labels: np.ndarray, known: np.ndarray, unknown: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """Return draws of the mean difference within a class, over the classes with documents on both sides."""
    both = np.intersect1d(labels[known], labels[unknown])
    weights = np.array([(labels == label).sum() for label in both])
    differences = [
        _mean_draws(right[known & (labels == label)], generator)
        - _mean_draws(right[unknown & (labels == label)], generator)
        for label in both
    ]
    return weights @ np.array(differences) / weights.sum() if len(both) else np.zeros(DRAWS + 1)


def _mean_draws(values: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return (DRAWS + 1,) means: of the values themselves first, then of bootstrap draws of as many."""
    distinct, counts = np.unique(values, return_counts=True)
    drawn = generator.multinomial(len(values), counts / len(values), size=DRAWS)
    return np.vstack([counts, drawn]) @ distinct / len(values)


def _estimate(draws: np.ndarray) -> dict[str, float]:
    low, high = interval(draws[1:])
    return {"mean": float(draws[0]), "low": low, "high": high}
