"""Ordinal metrics of the models of a study: means over seeds, and intervals over documents."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from textstudy.evaluate.ordinal import ordinal_draws
from textstudy.evaluate.significance import draw_counts, interval, patterns
from textstudy.evaluate.trainings import cover_trainings
from textstudy.storage.tables import HELD_OUT


def ordinal_scores(runs: Mapping[str, Sequence[pd.DataFrame]], ranks: Sequence[int]) -> pd.DataFrame:
    """Return (model, split, metric, mean, low, high, spread) of each model: means over seeds, intervals, spread.

    The intervals are bootstrap intervals over documents, widened for new trainings where there are several seeds.

    Args:
        runs: model → PREDICTIONS of each seed, which hold the same documents.
        ranks: the place of each class in the order, from 0.
    """
    rows: list[dict[str, Any]] = []
    for model, tables in runs.items():
        for split in HELD_OUT:
            chosen = [table[table["split"] == split].sort_values("id") for table in tables]
            if len(chosen[0]):
                answers = np.column_stack([table["predicted"] for table in chosen])
                summary = _summarize(chosen[0]["label"].to_numpy(), answers, ranks)
                rows += [{"model": model, "split": split, **row} for row in summary]
    return pd.DataFrame(rows)


def _summarize(labels: np.ndarray, predictions: np.ndarray, ranks: Sequence[int]) -> list[dict[str, Any]]:
    found = patterns(labels, predictions)
    rows = []
    for metric, draws in ordinal_draws(found.labels, found.predictions, draw_counts(found), ranks).items():
        by_seed = draws[0]
        mean = float(by_seed.mean())
        low, high = cover_trainings(mean, *interval(draws[1:].mean(axis=1)), by_seed)
        spread = float(by_seed.std(ddof=1)) if len(by_seed) > 1 else None
        rows.append({"metric": metric, "mean": mean, "low": low, "high": high, "spread": spread})
    return rows
