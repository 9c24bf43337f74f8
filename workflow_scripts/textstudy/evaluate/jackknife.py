"""Intervals over new documents and new trainings, for any figure that is computed from counts of documents.

Each document is left out once, or each group of documents that belong together (Efron and Stein 1981). That gives a
figure a pseudo-value per document and run, and their table a variance in two directions: documents, which all runs of a
model share, and trainings. With one run of a model, an interval holds for new documents and this run. How often these
intervals hold is measured by `benchmarks/simulate_robustness.py`.
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


def estimate(figures: np.ndarray) -> Estimate:
    """Return {mean, low, high} of a model's figure, with its 95 % interval.

    The error has two independent parts, documents and trainings. Each has its own Student's t, and the squares of the
    half-widths add up (Zou and Donner 2008): with two or three trainings that holds nearer to 95 % than one t.

    Args:
        figures: (1 + documents, runs), the figure of each run, with all documents and without each in turn.
    """
    table = _pseudo_values(figures)
    (documents, freedom), trainings = _of_documents(table.mean(axis=1)), _of_trainings(table)
    half = documents * _quantile(LEVEL, freedom) ** 2
    if trainings:
        # Runs differ on the same documents too; that part of their spread is in the variance over documents already.
        variance, freedom = trainings
        half += max(0.0, variance - _interaction(table)) * _quantile(LEVEL, freedom) ** 2
    return _around(figures[0].mean(), half)


def estimate_together(first: np.ndarray, second: np.ndarray | None = None, *, level: float) -> Estimate:
    """Return the same of one of many figures, or of the first model's minus the second's on the same documents.

    The interval is made for corrected comparisons: it has one Student's t with Satterthwaite's degrees of freedom, and
    the spread of runs counts in full. So it errs on the side of no difference, at high levels too.

    Args:
        first, second: as in `estimate`.
        level: corrected for the number of comparisons.
    """
    figures = [first] if second is None else [first, second]
    tables = [_pseudo_values(each) for each in figures]
    difference = tables[0].mean(axis=1) - sum(table.mean(axis=1) for table in tables[1:])
    parts = [_of_documents(difference), *filter(None, map(_of_trainings, tables))]
    variance = sum(part for part, _ in parts)
    freedom = variance**2 / sum(part**2 / each for part, each in parts) if variance else 1
    value = figures[0][0].mean() - sum(each[0].mean() for each in figures[1:])
    return _around(value, variance * _quantile(level, freedom) ** 2)


def _pseudo_values(figures: np.ndarray) -> np.ndarray:
    """Return (documents, runs): what each document contributes to the figure of each run."""
    count = len(figures) - 1
    return count * figures[:1] - (count - 1) * figures[1:]


def _of_documents(values: np.ndarray) -> tuple[float, int]:
    """Return the variance of the mean over documents, and its degrees of freedom; of one document there is none."""
    count = len(values)
    return (float(values.var(ddof=1)) / count, count - 1) if count > 1 else (0.0, 1)


def _of_trainings(table: np.ndarray) -> tuple[float, int] | None:
    """Return the variance of the mean over runs, and its degrees of freedom; None for one run."""
    runs = table.shape[1]
    return (float(table.mean(axis=0).var(ddof=1)) / runs, runs - 1) if runs > 1 else None


def _interaction(table: np.ndarray) -> float:
    """Return the part of the variance of the mean that runs and documents have together."""
    documents, runs = table.shape
    if documents < 2:
        return 0.0
    rest = table - table.mean(axis=0) - table.mean(axis=1, keepdims=True) + table.mean()
    return float((rest**2).sum()) / ((documents - 1) * (runs - 1)) / (documents * runs)


def _quantile(level: float, freedom: float) -> float:
    return float(student.ppf((1 + level) / 2, freedom))


def _around(value: float, squared_half: float) -> Estimate:
    half = float(np.sqrt(squared_half))
    return {"mean": float(value), "low": float(value) - half, "high": float(value) + half}
