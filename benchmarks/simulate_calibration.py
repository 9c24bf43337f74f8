"""How often intervals and tests of the calibration error are right, on made-up models whose true error is known.

    python benchmarks/simulate_calibration.py [repetitions] [--tried]

Confidences are drawn, and each answer is right with a probability that the setting derives from its confidence. The
interval should cover the true error in 93 to 99 % of the repetitions: it is cautious, so that it is not far too short
where only some confidences are wrong. A perfectly calibrated model should be called badly calibrated in at most 6 %.
With `--tried` the intervals that were tried and given up are measured too.
"""

import sys
from collections.abc import Callable, Iterator

import numpy as np
from rates import Rate, show
from scipy.special import expit, logit
from scipy.stats import norm

from textstudy.evaluate.calibration import floor_draws
from textstudy.evaluate.calibration_interval import debiased_error, true_error_interval
from textstudy.evaluate.metrics import CALIBRATION_BINS, calibration_bins, confidence_error

Interval = Callable[[np.ndarray, np.ndarray], tuple[float, float]]
SIZES = (100, 500, 2000)
LARGE = 1_000_000  # documents from which the true error is measured
DRAWS = 400  # of a bootstrap
# Confidence → probability that the answer is right.
MODELS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "perfectly calibrated": lambda confidence: confidence,
    "mildly overconfident": lambda confidence: expit(logit(confidence) / 1.2),
    "strongly overconfident": lambda confidence: expit(logit(confidence) / 2.0),
    "underconfident": lambda confidence: expit(1.3 * logit(confidence)),
}
# What the interval does not suppose: the confidence is wrong in one bin only.
LIMITS = {"too sure at the top only": lambda confidence: np.where(confidence > 14 / 15, confidence - 0.05, confidence)}


def calibrations(repetitions: int = 1000, *, tried: bool = False) -> Iterator[Rate]:
    """Yield how often the interval holds the true error, and how often a perfectly calibrated model is called bad.

    Args:
        repetitions: data sets for each setting.
        tried: also measure the intervals that were given up, and a model for which no interval is right.
    """
    for name, model in {**MODELS, **(LIMITS if tried else {})}.items():
        truth = confidence_error(*_draw(model, np.random.default_rng(99), LARGE, exact=True))
        for size in SIZES:
            setting = f"{name}, true error {100 * truth:.1f} %, n = {size}"
            generator = np.random.default_rng(size)
            data = [_draw(model, generator, size) for _ in range(repetitions)]
            for method, interval in (INTERVALS if tried else {"as reported": true_error_interval}).items():
                covered = np.mean([low <= truth + 1e-9 and high >= truth - 1e-9 for low, high in _map(interval, data)])
                yield Rate(f"interval of the calibration error ({method}): {setting}", 0.93, 0.99, float(covered))
            if truth < 1e-3:
                above = np.mean([_above(*each) for each in data])
                yield Rate(f"false “badly calibrated”: {setting}", 0.0, 0.06, float(above))


def _map(interval: Interval, data: list[tuple[np.ndarray, np.ndarray]]) -> Iterator[tuple[float, float]]:
    return (interval(*each) for each in data)


def _draw(
    model: Callable[[np.ndarray], np.ndarray], generator: np.random.Generator, size: int, *, exact: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Return confidences, and whether each answer is right; with `exact` the probability of it."""
    confidence = np.clip(0.2 + 0.8 * generator.beta(6, 1.2, size), 0.2, 1 - 1e-6)
    chance = model(confidence)
    return confidence, chance if exact else (generator.random(size) < chance).astype(float)


def _above(confidence: np.ndarray, right: np.ndarray) -> bool:
    floor = floor_draws([confidence], draws=500)
    return (1 + (floor >= confidence_error(confidence, right) - 1e-12).sum()) / (1 + len(floor)) < 0.05


def _bootstrap(confidence: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return (DRAWS,) errors of documents drawn with replacement; those of a bin that are right count as equal."""
    generator, size = np.random.default_rng(0), len(confidence)
    kinds = 2 * calibration_bins(confidence) + right.astype(int)
    counts = np.bincount(kinds, minlength=2 * CALIBRATION_BINS)
    gaps = np.bincount(kinds, weights=right - confidence, minlength=2 * CALIBRATION_BINS) / np.maximum(counts, 1)
    drawn = generator.multinomial(size, counts / size, size=DRAWS) * gaps
    return np.abs(drawn.reshape(DRAWS, CALIBRATION_BINS, 2).sum(axis=2)).sum(axis=1) / size


def _percentile(confidence: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    low, high = np.quantile(_bootstrap(confidence, right), [0.025, 0.975])
    return low, high


def _basic(confidence: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    low, high = _percentile(confidence, right)
    measured = confidence_error(confidence, right)
    return max(0.0, 2 * measured - high), max(0.0, 2 * measured - low)


def _bias_corrected(confidence: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    draws, edge = _bootstrap(confidence, right), 1 / DRAWS
    shift = norm.ppf(np.clip((draws < confidence_error(confidence, right)).mean(), edge, 1 - edge))
    low, high = np.quantile(draws, norm.cdf([2 * shift - 1.96, 2 * shift + 1.96]))
    return low, high


def _debiased(confidence: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    estimate, error = debiased_error(confidence, right)
    return max(0.0, estimate - 1.96 * error), estimate + 1.96 * error


INTERVALS: dict[str, Interval] = {
    "as reported": true_error_interval,
    "percentile bootstrap": _percentile,
    "basic bootstrap": _basic,
    "bias-corrected bootstrap": _bias_corrected,
    "debiased squares": _debiased,
}


if __name__ == "__main__":
    options = [argument for argument in sys.argv[1:] if argument != "--tried"]
    show(calibrations(int(options[0]) if options else 1000, tried="--tried" in sys.argv))
