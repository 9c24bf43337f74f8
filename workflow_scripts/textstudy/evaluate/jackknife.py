"""Intervals over new documents and new trainings, for any figure that is computed from counts of documents.

Each document is left out once, or each group of documents that belong together (Efron and Stein 1981). That gives a
figure a pseudo-value per document and run, and their table a variance in two directions: documents, which all runs of a
model share, and trainings. With one run of a model, an interval holds for new documents and this run.
"""

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

    The error has independent parts: documents (paired where there are two models), and the trainings of each model that
    has several runs. Each part has its own Student's t, and the squares of the half-widths add up (Zou and Donner 2008,
    MOVER). With few trainings this holds more often than one t with Satterthwaite's degrees of freedom.

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
    parts += [(_of_trainings(table), table.shape[1] - 1) for table in tables if table.shape[1] > 1]
    half = float(np.sqrt(sum(part * student.ppf((1 + level) / 2, freedom) ** 2 for part, freedom in parts)))
    return {"mean": value, "low": value - half, "high": value + half}


def _of_trainings(table: np.ndarray) -> float:
    """Return the variance of a mean over runs that comes from the trainings alone, 0 at least.

    Runs differ on the same documents too. That part of their spread is in the variance over documents already.
    """
    documents, runs = table.shape
    rest = table - table.mean(axis=0) - table.mean(axis=1, keepdims=True) + table.mean()
    interaction = float((rest**2).sum()) / ((documents - 1) * (runs - 1))
    return max(0.0, float(table.mean(axis=0).var(ddof=1)) - interaction / documents) / runs
