"""Intervals over new documents and new trainings, for any figure that is computed from counts of documents.

Each document is left out once, or each group of documents that belong together (Efron and Stein 1981). That gives a
figure a pseudo-value per document and run, and their table a variance in two directions: documents, which all runs of a
model share, and trainings. With one run of a model, an interval holds for new documents and this run. How often these
intervals hold is measured by `benchmarks/simulate_robustness.py`.
"""

import numpy as np

from textstudy.evaluate.uncertainty import Error, documents_error, trainings_error

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
    parts = [_over_documents(table.mean(axis=1)), trainings_error(table.mean(axis=0), _interaction(table))]
    return _around(figures[0].mean(), float(np.hypot(*(part.cautious_quantile * part.size for part in parts))))


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
    error = _over_documents(tables[0].mean(axis=1) - sum(table.mean(axis=1) for table in tables[1:]))
    for table in tables:
        error += trainings_error(table.mean(axis=0), noise=0.0)
    value = figures[0][0].mean() - sum(each[0].mean() for each in figures[1:])
    return _around(value, error.quantile(level))


def _pseudo_values(figures: np.ndarray) -> np.ndarray:
    """Return (documents, runs): what each document contributes to the figure of each run."""
    count = len(figures) - 1
    return count * figures[:1] - (count - 1) * figures[1:]


def _over_documents(values: np.ndarray) -> Error:
    """Return the error of the mean of values (documents,); one document has none to tell."""
    return documents_error(values - values.mean()) if len(values) > 1 else Error()


def _interaction(table: np.ndarray) -> float:
    """Return what runs and documents have together in the variance of a run's mean.

    Runs differ on the same documents too; that part of their spread is in the variance over documents already.
    """
    documents, runs = table.shape
    if documents < 2 or runs < 2:
        return 0.0
    rest = table - table.mean(axis=0) - table.mean(axis=1, keepdims=True) + table.mean()
    return float((rest**2).sum()) / ((documents - 1) * (runs - 1)) / documents


def _around(value: float, half: float) -> Estimate:
    return {"mean": float(value), "low": float(value) - half, "high": float(value) + half}
