"""The accuracy on new documents: estimated from how sure the model is of them, or measured where they have labels."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from textstudy.evaluate.percentiles import interval
from textstudy.evaluate.uncertainty import documents_error, interval_of_share, judge

DRAWS = 1_000
HELD_OUT, THRESHOLDED, BY_DIFFERENCE, MEASURED = "held_out", "thresholded", "by_difference", "measured"


@dataclass(frozen=True)
class Accuracy:
    """An accuracy and its distance from that on the old documents, with 95 % intervals.

    Attributes:
        mean, low, high: of the accuracy.
        change, change_low, change_high: that minus the accuracy on the old documents.
        p_value: one-sided, of no drop.
    """

    mean: float
    low: float
    high: float
    change: float
    change_low: float
    change_high: float
    p_value: float


def estimate_accuracies(
    old: pd.DataFrame, known: np.ndarray, new: pd.DataFrame, labels: np.ndarray
) -> dict[str, Accuracy]:
    """Return the accuracy on the held-out documents, the two estimates, and where there are labels the measured one.

    Of the held-out documents only those for test count, which had no part in the choice of anything.

    Args:
        old, new: `predicted` and `confidence` of the documents.
        known: (old documents, 2) split and label.
        labels: (new documents,), "" where there is none.
    """
    tested = known[:, 0] == "test"
    right = (old["predicted"].to_numpy() == known[:, 1])[tested]
    sure = old["confidence"].to_numpy()[tested], right, new["confidence"].to_numpy()
    found = {
        HELD_OUT: measure_accuracy(right, right),
        THRESHOLDED: estimate(thresholded, *sure),
        BY_DIFFERENCE: estimate(by_difference, *sure),
    }
    labelled = labels != ""
    if labelled.any():
        found[MEASURED] = measure_accuracy(right, (new["predicted"].to_numpy() == labels)[labelled])
    return found


def thresholded(old: np.ndarray, right: np.ndarray, new: np.ndarray) -> float:
    """Return the average thresholded confidence (Garg et al. 2022, arXiv:2201.04234).

    The threshold is that above which as many of the old documents lie as are right; the share of the new ones above it
    is the estimate.

    Args:
        old: (documents,) confidence in the old documents.
        right: (documents,) whether their prediction is right.
        new: (documents,) confidence in the new ones.
    """
    wrong = len(right) - int(right.sum())
    threshold = np.sort(old)[wrong] if wrong < len(old) else np.inf
    return float(np.mean(new >= threshold))


def by_difference(old: np.ndarray, right: np.ndarray, new: np.ndarray) -> float:
    """Return the old accuracy plus the change of the mean confidence (Guillory et al. 2021); see `thresholded`."""
    return float(np.clip(right.mean() + new.mean() - old.mean(), 0, 1))


def estimate(
    method: Callable[[np.ndarray, np.ndarray, np.ndarray], float], old: np.ndarray, right: np.ndarray, new: np.ndarray
) -> Accuracy:
    """Return the estimate of a method; its interval is over other documents, and not over other kinds of change."""
    generator, draws = np.random.default_rng(0), []
    for _ in range(DRAWS):
        some, others = generator.integers(len(old), size=len(old)), generator.integers(len(new), size=len(new))
        found = method(old[some], right[some], new[others])
        draws.append((found, found - right[some].mean()))
    mean = method(old, right, new)
    means, changes = np.transpose(draws)
    no_drop = (1 + np.count_nonzero(changes >= 0)) / (DRAWS + 1)
    return Accuracy(mean, *interval(means), mean - float(right.mean()), *interval(changes), float(no_drop))


def measure_accuracy(old: np.ndarray, new: np.ndarray) -> Accuracy:
    """Return the accuracy on labelled new documents.

    Args:
        old: (documents,) whether the prediction of each old document is right.
        new: the same of the new ones.
    """
    errors = [documents_error(right - right.mean()) for right in (old, new)]
    mean, change = float(new.mean()), float(new.mean() - old.mean())
    verdict = judge(change, errors[0] + errors[1], 1)
    one_sided = verdict.p_value / 2 if change < 0 else 1 - verdict.p_value / 2
    ends = interval_of_share(mean, errors[1], len(new))
    return Accuracy(mean, *ends, change, verdict.low, verdict.high, one_sided)
