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
    "difference"}, each {"mean", "low", "high"} with a 95 % bootstrap interval over documents. A kind with too few
    documents on one side has no row.

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
        sides = {"known": test["id"][known == 1], "unknown": test["id"][known == 0]}
        if min(map(len, sides.values())) >= FEWEST:
            scores = {model: _scores(runs[model], sides) for model in models}
            rows.append({"kind": kind, **{side: len(found) for side, found in sides.items()}, "models": scores})
    return rows


def _scores(tables: Sequence[pd.DataFrame], sides: Mapping[str, pd.Series]) -> dict[str, dict[str, float]]:
    right = pd.concat([_right(table) for table in tables], axis=1).mean(axis=1)  # share of the seeds, by document
    generator = np.random.default_rng(0)
    draws = {side: _mean_draws(right.loc[found].to_numpy(), generator) for side, found in sides.items()}
    draws["difference"] = draws["known"] - draws["unknown"]
    return {name: _estimate(found) for name, found in draws.items()}


def _right(table: pd.DataFrame) -> pd.Series:
    test = table[table["split"] == "test"]
    return pd.Series((test["predicted"] == test["label"]).to_numpy(float), test["id"])


def _mean_draws(values: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return (DRAWS + 1,) means: of the values themselves first, then of bootstrap draws of as many."""
    distinct, counts = np.unique(values, return_counts=True)
    drawn = generator.multinomial(len(values), counts / len(values), size=DRAWS)
    return np.vstack([counts, drawn]) @ distinct / len(values)


def _estimate(draws: np.ndarray) -> dict[str, float]:
    low, high = interval(draws[1:])
    return {"mean": float(draws[0]), "low": low, "high": high}
