"""The models of a study compared on the same documents: intervals over documents, spread over seeds, paired tests."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from textstudy.errors import StudyError
from textstudy.evaluate.significance import (
    METRICS,
    bootstrap_p,
    draw_counts,
    holm,
    interval,
    mcnemar_mid_p,
    metric_draws,
    patterns,
    sign_flip_p,
)
from textstudy.storage.tables import HELD_OUT

SIGNIFICANCE = 0.05


def compare(runs: Mapping[str, Sequence[pd.DataFrame]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return (comparison, pairs) of the models' predictions.

    `comparison` has a row for each model, split and metric: the mean over seeds, its 95 % bootstrap interval over
    documents, and the standard deviation over seeds (null for one seed). `pairs` has a row for each two models and
    metric on the test split: the difference of the means, its paired interval, a p-value and the same after Holm's
    correction over all pairs. Intervals and tests hold for new documents, not for new trainings: seeds are fixed.

    Args:
        runs: model → PREDICTIONS of each seed.

    Raises:
        StudyError: two runs predict different documents.
    """
    classes = len(next(iter(runs.values()))[0]["probabilities"].iloc[0])
    rows = []
    aligned = {split: _align(runs, split) for split in HELD_OUT}
    for split, tables in aligned.items():
        if not len(next(iter(tables.values()))[0]):
            continue
        for model, (labels, predictions) in tables.items():
            rows += [{"model": model, "split": split, **row} for row in _summary(labels, predictions, classes)]
    return pd.DataFrame(rows), _pairs(aligned["test"], classes)


def _align(runs: Mapping[str, Sequence[pd.DataFrame]], split: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return model → (labels (documents,), predictions (documents, runs)), documents in one order for all."""
    identifiers, result = None, {}
    for model, tables in runs.items():
        chosen = [table[table["split"] == split].sort_values("id") for table in tables]
        for table in chosen:
            found = table["id"].to_numpy()
            identifiers = found if identifiers is None else identifiers
            if not np.array_equal(found, identifiers):
                raise StudyError(
                    f"Model {model} predicts other {split} documents than the models before it: delete its folder."
                )
        result[model] = (
            chosen[0]["label"].to_numpy(),
            np.column_stack([table["predicted"].to_numpy() for table in chosen]),
        )
    return result


def _summary(labels: np.ndarray, predictions: np.ndarray, classes: int) -> list[dict]:
    found = patterns(labels, predictions)
    draws = metric_draws(found, draw_counts(found), classes)
    rows = []
    for metric in METRICS:
        low, high = interval(draws[metric][1:].mean(axis=1))
        by_seed = draws[metric][0]
        spread = float(by_seed.std(ddof=1)) if len(by_seed) > 1 else None
        rows.append({"metric": metric, "mean": float(by_seed.mean()), "low": low, "high": high, "spread": spread})
    return rows


def _pairs(tables: Mapping[str, tuple[np.ndarray, np.ndarray]], classes: int) -> pd.DataFrame:
    rows = []
    for first, second in combinations(tables, 2):
        labels, of_first = tables[first]
        of_second = tables[second][1]
        found = patterns(labels, np.column_stack([of_first, of_second]))
        draws = metric_draws(found, draw_counts(found), classes)
        accuracy_p, test = _accuracy_test(labels, of_first, of_second)
        for metric in ("accuracy", "macro_f1"):
            by_run = draws[metric]
            difference = by_run[:, : of_first.shape[1]].mean(axis=1) - by_run[:, of_first.shape[1] :].mean(axis=1)
            low, high = interval(difference[1:])
            rows.append(
                {
                    "first": first,
                    "second": second,
                    "metric": metric,
                    "difference": float(difference[0]),
                    "low": low,
                    "high": high,
                    "p_value": accuracy_p if metric == "accuracy" else bootstrap_p(difference[1:]),
                    "test": test if metric == "accuracy" else "paired bootstrap",
                    "documents": len(labels),
                }
            )
    columns = ["first", "second", "metric", "difference", "low", "high", "p_value", "test", "documents"]
    pairs = pd.DataFrame(rows, columns=columns)
    pairs["adjusted_p_value"] = 1.0
    for metric in pairs["metric"].unique():
        chosen = pairs["metric"] == metric
        pairs.loc[chosen, "adjusted_p_value"] = holm(pairs.loc[chosen, "p_value"].tolist())
    pairs["significant"] = pairs["adjusted_p_value"] < SIGNIFICANCE
    return pairs


def _accuracy_test(labels: np.ndarray, first: np.ndarray, second: np.ndarray) -> tuple[float, str]:
    """Return (p-value, name of the test) for the difference in accuracy of two models."""
    right_first = (first == labels[:, None]).mean(axis=1)
    right_second = (second == labels[:, None]).mean(axis=1)
    if first.shape[1] == second.shape[1] == 1:
        only_first = int((right_first > right_second).sum())
        only_second = int((right_second > right_first).sum())
        return mcnemar_mid_p(only_first, only_second), "McNemar mid-p"
    return sign_flip_p(right_first - right_second), "paired permutation"
