"""Intervals over documents, widened so that they hold for new trainings too."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import norm, t

from textstudy.evaluate.significance import LEVEL


def cover_trainings(mean: float, low: float, high: float, by_seed: Sequence[float]) -> tuple[float, float]:
    """Return an interval over documents, widened by the spread over seeds.

    The variance of the mean over k seeds is that over documents plus s²/k. Each half of the interval is the quantile of
    Student's t with the degrees of freedom of Satterthwaite (1946) for this sum. One seed says nothing about other
    trainings, so its interval stays as it is.

    Args:
        mean, low, high: the mean over seeds, and its interval over documents.
        by_seed: the value of each seed.
    """
    if len(by_seed) < 2:
        return low, high
    of_trainings = float(np.var(by_seed, ddof=1)) / len(by_seed)
    return mean - _half(mean - low, of_trainings, len(by_seed)), mean + _half(high - mean, of_trainings, len(by_seed))


def _half(over_documents: float, of_trainings: float, seeds: int) -> float:
    if of_trainings == 0:
        return over_documents
    variance = (over_documents / norm.ppf((1 + LEVEL) / 2)) ** 2 + of_trainings
    freedom = variance**2 / (of_trainings**2 / (seeds - 1))
    return float(np.sqrt(variance) * t.ppf((1 + LEVEL) / 2, freedom))
