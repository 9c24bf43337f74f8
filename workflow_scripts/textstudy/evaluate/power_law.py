"""The power law of learning curves: how the error falls with the number of training documents.

error(n) = floor + drop · (n / N)^−exponent, where N is the largest number measured, so `drop` is what is left above the
floor there. Error curves of many kinds of models follow it (Hestness et al. 2017, arXiv:1712.00409; Viering and Loog
2022, arXiv:2103.10948), most of them with an exponent below 1.
"""

from dataclasses import dataclass

import numpy as np

EXPONENTS = np.geomspace(0.05, 2.0, 300)  # each 1.2 % above the one before
PARAMETERS = 3


@dataclass(frozen=True)
class PowerLaws:
    """Laws that were fitted to several curves over the same numbers of documents.

    Attributes:
        largest: the largest number of documents measured.
        floor, drop, exponent: (curves,) each.
    """

    largest: float
    floor: np.ndarray
    drop: np.ndarray
    exponent: np.ndarray

    def error(self, documents: np.ndarray) -> np.ndarray:
        """Return the error (curves, numbers of documents) of each curve; it stays between 0 and 1."""
        ratio = np.asarray(documents, float) / self.largest
        found = self.floor[:, None] + self.drop[:, None] * ratio ** -self.exponent[:, None]
        return np.clip(found, 0.0, 1.0)


def fit_power_laws(documents: np.ndarray, errors: np.ndarray, weights: np.ndarray) -> PowerLaws:
    """Return the weighted least-squares law of each curve.

    For a given exponent the law is linear in the other two parameters, which then have a closed form (variable
    projection, Golub and Pereyra 1973). The exponent is the best of a grid, so no start value and no local minimum
    decides. The floor is kept between 0 and 1; the drop may be negative, where more documents do harm.

    Args:
        documents: (sizes,) numbers of training documents.
        errors: (curves, sizes).
        weights: (sizes,) inverse variances, up to a factor.
    """
    largest = float(np.max(documents))
    best = np.full(len(errors), np.inf)
    floor, drop, exponent = (np.zeros(len(errors)) for _ in range(PARAMETERS))
    for candidate in EXPONENTS:
        a, b, squares = _fit_lines((np.asarray(documents) / largest) ** -candidate, errors, weights)
        better = squares < best
        best[better], exponent[better] = squares[better], candidate
        floor[better], drop[better] = a[better], b[better]
    return PowerLaws(largest, floor, drop, exponent)


def _fit_lines(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (floor, drop, weighted sum of squares), each (curves,), of y = floor + drop · x."""
    total, sum_x, sum_xx = weights.sum(), weights @ x, weights @ x**2
    sum_y, sum_xy = y @ weights, y @ (weights * x)
    drop = (total * sum_xy - sum_x * sum_y) / (total * sum_xx - sum_x**2)
    free = (sum_y - drop * sum_x) / total
    floor = np.clip(free, 0.0, 1.0)
    # On the border the drop is that of a line through it: the sum of squares is convex.
    drop = np.where(floor == free, drop, (sum_xy - floor * sum_x) / sum_xx)
    return floor, drop, (y - floor[:, None] - drop[:, None] * x) ** 2 @ weights
