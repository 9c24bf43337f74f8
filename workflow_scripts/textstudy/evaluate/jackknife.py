"""Intervals over new documents and new trainings, for any figure that is computed from counts of documents.

Each document is left out once, or each group of documents that belong together (Efron and Stein 1981). That gives a
figure a pseudo-value per document and run, and their table a variance in two directions: documents, which all runs of a
model share, and trainings. With one run of a model, an interval holds for new documents and this run.
"""

from collections.abc import Sequence

import numpy as np
from scipy.stats import t as student

LEVEL = 0.95

Estimate = dict[str, float]


def leave_out(counts: np.ndarray, groups: np.ndarray | None = None) -> np.ndarray:
    """Return (1 + groups, rows): the sum of each row of `counts` (rows, documents), then without each group in turn.

    Args:
        groups: (documents,) of each document's group; without it each document is a group of its own.
    """
    total = counts.sum(axis=1)
    if groups is not None:
        numbers = np.unique(groups, return_inverse=True)[1]
        by_group = np.zeros((len(counts), numbers.max(initial=-1) + 1), counts.dtype)
        np.add.at(by_group.T, numbers, counts.T)
        counts = by_group
    return np.vstack([total, total - counts.T])


def estimate(first: np.ndarray, second: np.ndarray | None = None, *, level: float = LEVEL) -> Estimate:
    """Return {mean, low, high} of a model's figure, or of the first model's minus the second's on the same documents.

    The squared standard error is the variance over documents of the paired difference, plus that over the trainings of
    each model, with Student's t and Satterthwaite's degrees of freedom. The spread of runs that is left between runs on
    the same documents is in the first part already, so it is taken from the second.

    Args:
        first, second: (1 + documents, runs), the figure of each run, with all documents and without each in turn.
        level: of the interval.
    """
    models = [first] if second is None else [first, second]
    value = float(models[0][0].mean() - sum(model[0].mean() for model in models[1:]))
    count = len(first) - 1
    if count < 2:
        return {"mean": value, "low": value, "high": value}
    tables = [count * model[:1] - (count - 1) * model[1:] for model in models]  # pseudo-values: (documents, runs)
    paired = tables[0].mean(axis=1) - sum(table.mean(axis=1) for table in tables[1:])
    parts = [(float(paired.var(ddof=1)) / count, count - 1)]
    parts += [
        (_of_trainings(model[0], table), table.shape[1] - 1)
        for model, table in zip(models, tables, strict=True)
        if table.shape[1] > 1
    ]
    half = half_width(parts, level)
    return {"mean": value, "low": value - half, "high": value + half}


def half_width(parts: Sequence[tuple[float, int]], level: float) -> float:
    """Return half of an interval from (variance, degrees of freedom) of independent parts of an error."""
    variance = sum(part for part, _ in parts)
    if variance <= 0:
        return 0.0
    freedom = variance**2 / sum(part**2 / degrees for part, degrees in parts)
    return float(student.ppf((1 + level) / 2, freedom) * np.sqrt(variance))


def _of_trainings(by_run: np.ndarray, table: np.ndarray) -> float:
    """Return the variance of a mean over runs that comes from the trainings alone, 0 at least."""
    documents, runs = table.shape
    rest = table - table.mean(axis=0) - table.mean(axis=1, keepdims=True) + table.mean()
    interaction = float((rest**2).sum()) / ((documents - 1) * (runs - 1))
    return max(0.0, float(by_run.var(ddof=1)) / runs - interaction / (documents * runs))
