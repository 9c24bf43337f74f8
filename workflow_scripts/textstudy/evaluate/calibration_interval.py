"""An interval of the true calibration error, which the measured one exceeds by chance.

The interval inverts a test: it holds every size of the true error with which the measured one is not too rare. How rare
it is depends on which confidences are wrong. These are drawn from a recalibration of the predictions (Platt 1999) with
its uncertainty, and scaled to the size in question. Where no such curve fits, as with one bad bin among good ones, the
test begins too high, so the interval begins where the debiased squares of the bins do if that is lower. Bootstrap
intervals do not work here: near 0 they miss the truth nearly always (`benchmarks/simulate_calibration.py`).
"""

import numpy as np
from scipy.special import expit, logit
from scipy.stats import norm

from textstudy.evaluate.metrics import CALIBRATION_BINS, calibration_bins
from textstudy.evaluate.percentiles import LEVEL

DRAWS = 1000  # of predictions for each size of the error
SIZES = 40  # of the error, around the measured one, beside 0
EDGE = 1e-4  # confidence closest to 0 and 1, which have no logit
PRIOR = 1e-2  # precision of the prior that nothing is to be recalibrated, where all answers are right


def true_error_interval(confidence: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Return the 95 % interval of the true expected calibration error.

    It begins above 0 where the measured error is above what a perfectly calibrated model shows in 95 % of all draws.

    Args:
        confidence: (documents,) of the predicted class.
        right: (documents,) whether the prediction is right.
    """
    generator = np.random.default_rng(0)
    documents = len(confidence)
    bins = calibration_bins(confidence)
    counts = np.bincount(bins, minlength=CALIBRATION_BINS)
    sums = np.bincount(bins, weights=confidence, minlength=CALIBRATION_BINS)
    stated = np.clip(sums / np.maximum(counts, 1), EDGE, 1 - EDGE)  # mean confidence of each bin
    measured = np.abs(np.bincount(bins, weights=right, minlength=CALIBRATION_BINS) - sums).sum() / documents

    noise = np.sqrt(((right - confidence) ** 2).sum()) / documents
    lowest = max(0.0, measured - 6 * noise)
    sizes = np.concatenate([[0.0], np.linspace(lowest, measured + 4 * noise, SIZES)])
    shifts = _draw_shifts(confidence, right, stated, generator)  # (draws, bins)
    accuracy = _accuracies(stated, shifts, sizes, counts / documents)  # (sizes, draws, bins)
    drawn = generator.multinomial(documents, counts / documents, size=DRAWS)  # as new documents would fall
    errors = np.abs(generator.binomial(drawn, accuracy) - drawn * stated).sum(axis=2) / documents  # (sizes, draws)

    # Of the 5 % that the test may miss, all are errors too large where the true error is 0, as none can be too small;
    # half are where it is so large that the error measured could not come from 0.
    tail = 1 - LEVEL
    like_none = (errors <= np.quantile(errors[0], LEVEL)).mean(axis=1) / LEVEL
    too_large = tail / 2 * (1 + np.minimum(like_none, 1))
    fits = (errors >= measured - 1e-12).mean(axis=1) > too_large
    fits &= (errors <= measured + 1e-12).mean(axis=1) > tail - too_large
    if not fits.any():  # less than a perfectly calibrated model shows
        return 0.0, 0.0
    first, last = np.flatnonzero(fits)[[0, -1]]
    # Between a size that fits and the next one that does not.
    low = 0.0 if first == 0 else sizes[first - 1 : first + 1].mean()
    return float(min(low, _least(confidence, right))), float(sizes[last : last + 2].mean())


def _least(confidence: np.ndarray, right: np.ndarray) -> float:
    """Return a one-sided 95 % lower bound that supposes nothing about which confidences are wrong."""
    estimate, error = debiased_error(confidence, right)
    return max(0.0, estimate - float(norm.ppf(LEVEL)) * error)


def debiased_error(confidence: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Return an estimate of the true error, and its standard error.

    From the square of each bin's gap the variance is taken off that chance adds (after Kumar et al. 2019,
    arXiv:1909.10155).
    """
    bins = calibration_bins(confidence)
    counts = np.maximum(np.bincount(bins, minlength=CALIBRATION_BINS), 1)
    gaps = np.bincount(bins, weights=right - confidence, minlength=CALIBRATION_BINS) / counts
    squares = np.bincount(bins, weights=(right - confidence) ** 2, minlength=CALIBRATION_BINS) / counts
    variance = np.maximum(squares - gaps**2, 1e-6) / np.maximum(counts - 1, 1)
    shares = counts / len(bins)
    estimate = shares @ np.sqrt(np.maximum(gaps**2 - variance, 0))
    return float(estimate), float(np.sqrt(shares**2 @ variance))


def _accuracies(stated: np.ndarray, shifts: np.ndarray, sizes: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return (sizes, draws, bins): the accuracy of each bin where the true error has each size.

    Args:
        stated: (bins,) mean confidence.
        shifts: (draws, bins) what is added to its logit; times a factor, so that the error has the size.
        shares: (bins,) of the documents.
    """

    def at(factors: np.ndarray) -> np.ndarray:
        return expit(logit(stated) + factors[..., None] * shifts)

    # The error grows with the factor, so the factor is found between two of a table.
    table = np.concatenate([[0.0], np.geomspace(0.02, 50, 60)])
    reached = np.abs(at(table[:, None]) - stated) @ shares  # (factors, draws)
    return at(np.stack([np.interp(sizes, column, table) for column in reached.T], axis=1))


def _draw_shifts(
    confidence: np.ndarray, right: np.ndarray, stated: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """Return (draws, bins): logit of the accuracy minus that of the confidence, by draws of a fitted recalibration."""
    scores = logit(np.clip(confidence, EDGE, 1 - EDGE))
    columns = np.column_stack([np.ones_like(scores), scores])
    unchanged = np.array([0.0, 1.0])
    weights = unchanged.copy()
    for _ in range(50):  # Newton's method
        chance = expit(columns @ weights)
        curvature = columns.T @ (np.maximum(chance * (1 - chance), 1e-9)[:, None] * columns) + PRIOR * np.eye(2)
        slope = columns.T @ (right - chance) - PRIOR * (weights - unchanged)
        step = np.clip(np.linalg.solve(curvature, slope), -2, 2)
        weights = weights + step
        if np.abs(step).max() < 1e-6:
            break
    drawn = generator.multivariate_normal(weights, np.linalg.inv(curvature), size=DRAWS)
    return drawn[:, :1] + (drawn[:, 1:] - 1) * logit(stated)
