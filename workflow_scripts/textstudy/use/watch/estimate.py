"""The accuracy on new documents: estimated from how sure the model is of them, or measured where they have labels."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import hypergeom

from textstudy.evaluate.percentiles import interval
from textstudy.evaluate.uncertainty import Error, documents_error, interval_of_mean, interval_of_share

DRAWS = 1_000
LEAST = 2  # labelled documents, of which an interval can be stated
HELD_OUT, THRESHOLDED, BY_DIFFERENCE, MEASURED = "held_out", "thresholded", "by_difference", "measured"


@dataclass(frozen=True)
class Accuracy:
    """An accuracy and its distance from that on the old documents, with 95 % intervals.

    Attributes:
        mean, low, high: of the accuracy.
        change, change_low, change_high: that minus the accuracy on the old documents.
        p_value: one-sided, of no drop; None where there is no test of it.
    """

    mean: float
    low: float
    high: float
    change: float
    change_low: float
    change_high: float
    p_value: float | None = None


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
        THRESHOLDED: thresholded(*sure),
        BY_DIFFERENCE: by_difference(*sure),
    }
    labelled = labels != ""
    if labelled.sum() >= LEAST:
        found[MEASURED] = measure_accuracy(right, (new["predicted"].to_numpy() == labels)[labelled])
    return found


def thresholded(old: np.ndarray, right: np.ndarray, new: np.ndarray) -> Accuracy:
    """Return the average thresholded confidence (Garg et al. 2022, arXiv:2201.04234).

    The threshold is that above which as many of the old documents lie as are right; the share of the new ones above it
    is the estimate. For the interval old documents are drawn with replacement, and the share from what is known of it
    (Jeffreys 1946). It is over other documents of the same kind, and not over other kinds of change.

    Args:
        old: (documents,) confidence in the old documents.
        right: (documents,) whether their prediction is right.
        new: (documents,) confidence in the new ones.
    """
    generator = np.random.default_rng(0)
    some = generator.integers(len(old), size=(DRAWS, len(old)))
    accuracies, thresholds = right[some].mean(axis=1), _thresholds(old[some], right[some])
    above = len(new) - np.searchsorted(np.sort(new), thresholds)
    shares = generator.beta(above + 0.5, len(new) - above + 0.5)
    threshold = _thresholds(old[None], right[None])[0]
    mean, change = float(np.mean(new >= threshold)), float(np.mean(new >= threshold) - right.mean())
    no_drop = _no_drop(old >= threshold, new >= threshold)
    return Accuracy(mean, *interval(shares), change, *interval(shares - accuracies), no_drop)


def _thresholds(confidence: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return of each row the confidence that as many documents reach as are right."""
    ordered = np.sort(np.pad(confidence, ((0, 0), (0, 1)), constant_values=np.inf), axis=1)
    wrong = np.count_nonzero(~right, axis=1, keepdims=True)
    return np.take_along_axis(ordered, wrong, axis=1)[:, 0]


def by_difference(old: np.ndarray, right: np.ndarray, new: np.ndarray) -> Accuracy:
    """Return the old accuracy plus the change of the mean confidence (Guillory et al. 2021); see `thresholded`."""
    change = float(new.mean() - old.mean())
    of_new = documents_error(new - new.mean(), pseudo=1)
    gap = right - old
    mean = float(np.clip(right.mean() + change, 0, 1))
    ends = _ends(mean, documents_error(gap - gap.mean()) + of_new, lowest=0)
    return Accuracy(mean, *ends, change, *_ends(change, documents_error(old - old.mean()) + of_new, lowest=-1))


def _ends(mean: float, error: Error, *, lowest: float) -> tuple[float, float]:
    """Return the interval of a figure from `lowest` to 1; of one document alone nothing is known."""
    if not np.isfinite(error.variance):
        return lowest, 1.0
    low, high = interval_of_mean(mean, error)
    return max(low, lowest), min(high, 1.0)


def measure_accuracy(old: np.ndarray, new: np.ndarray) -> Accuracy:
    """Return the accuracy on labelled new documents.

    Args:
        old: (documents,) whether the prediction of each old document is right.
        new: the same of the new ones.
    """
    mean, change = float(new.mean()), float(new.mean() - old.mean())
    ends = interval_of_share(mean, documents_error(new - mean), len(new))
    # As if there were one document more of each, so that a few, all right or all wrong, do not prove much.
    errors = [documents_error(right - right.mean(), pseudo=1) for right in (old, new)]
    return Accuracy(mean, *ends, change, *_ends(change, errors[0] + errors[1], lowest=-1), _no_drop(old, new))


def _no_drop(old: np.ndarray, new: np.ndarray) -> float:
    """Return how often the new documents would have so few, if both had as many (Fisher's exact test, one-sided)."""
    return float(hypergeom.cdf(new.sum(), len(old) + len(new), old.sum() + new.sum(), len(new)))
