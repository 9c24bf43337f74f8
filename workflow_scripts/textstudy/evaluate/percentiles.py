"""The central interval of bootstrap draws, and the level of every interval of a report."""

import numpy as np

LEVEL = 0.95
DRAWS = 2000  # for an interval


def interval(draws: np.ndarray) -> tuple[float, float]:
    """Return the central 95 % percentile interval of bootstrap draws."""
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
