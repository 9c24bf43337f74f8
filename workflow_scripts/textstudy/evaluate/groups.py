"""Accuracy on the test documents of groups that the training documents have too, and on those of other groups."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from textstudy.evaluate.comparison import Split, score_runs
from textstudy.evaluate.documents import number_groups
from textstudy.evaluate.influence import Influence
from textstudy.evaluate.uncertainty import interval_of_mean, interval_of_share
from textstudy.prepare.groups import known_groups
from textstudy.storage.tables import group_kinds

FEWEST = 20  # documents on each side from which their accuracies are compared


def compare_groups(
    runs: Mapping[str, Sequence[pd.DataFrame]], split: pd.DataFrame, *, models: Sequence[str]
) -> list[dict[str, Any]]:
    """Return for each kind of group the accuracy of each model on test documents of known and of unknown groups.

    A row has the `kind`, the numbers of documents `known` and `unknown`, and `models`: name → {"known", "unknown",
    "difference", "within_classes"}, each {"mean", "low", "high"}: the 95 % interval for other documents, whose groups
    vary together, and other trainings.
    `within_classes` is the mean difference within a class, weighted by its test documents: known groups may be more
    frequent in easier or harder classes. A kind with too few documents on one side has no row.

    Args:
        runs: model → PREDICTIONS of each seed.
        split: the SPLIT table.
        models: models that learned from the training documents only.
    """
    test = split[split["split"] == "test"]
    train = split[split["split"] == "train"]
    groups = number_groups(test)
    rows = []
    for kind in group_kinds(split):
        known = known_groups(test, train, kind)
        if min((known == 1).sum(), (known == 0).sum()) >= FEWEST:
            sides = pd.Series(known, test["id"])
            scores = {model: _scores(runs[model], sides, groups) for model in models}
            counts = {"known": int((known == 1).sum()), "unknown": int((known == 0).sum())}
            rows.append({"kind": kind, **counts, "models": scores})
    return rows


def _scores(
    tables: Sequence[pd.DataFrame], sides: pd.Series, groups: dict[str, np.ndarray]
) -> dict[str, dict[str, float]]:
    """Return the accuracies of a model; `sides` says of each test document whether its group is known (1, 0 or -1)."""
    tests = [table[table["split"] == "test"].set_index("id").loc[sides.index] for table in tables]
    known, labels = sides.to_numpy(), tests[0]["label"].to_numpy()
    right = [(test["predicted"] == test["label"]).to_numpy(float) for test in tests]
    weights = _weights(known, labels)
    cells = {name: known + 1 for name in weights}
    cells["within_classes"] = np.unique(np.column_stack([known, labels]), axis=0, return_inverse=True)[1].ravel()
    runs = score_runs([{name: _influence(run, weights[name], cells[name]) for name in weights} for run in right])
    documents = Split({}, len(sides), groups)
    found = {}
    for name in weights:
        error, mean = documents.error(runs.influences[name])[0] + runs.trainings_error(name), runs.mean(name)
        share = name in ("known", "unknown")
        low, high = interval_of_share(mean, error, len(sides)) if share else interval_of_mean(mean, error)
        found[name] = {"mean": mean, "low": low, "high": high}
    return found


def _weights(known: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Return figure → (documents,) how much each right answer adds to it."""
    sides = {name: (known == value) / (known == value).sum() for name, value in (("known", 1), ("unknown", 0))}
    within = np.zeros(len(labels))
    both = np.intersect1d(labels[known == 1], labels[known == 0])
    for label in both:
        share = (labels == label).sum() / np.isin(labels, both).sum()
        for value, sign in ((1, 1), (0, -1)):
            cell = (labels == label) & (known == value)
            within[cell] = sign * share / cell.sum()
    return {**sides, "difference": sides["known"] - sides["unknown"], "within_classes": within}


def _influence(right: np.ndarray, weights: np.ndarray, cells: np.ndarray) -> Influence:
    """Return a weighted sum of right answers, and the influence of each document, which is one of its cell's."""
    means = np.bincount(cells, right) / np.maximum(np.bincount(cells), 1)
    return Influence(float(weights @ right), len(right) * weights * (right - means[cells]))
