"""Metrics of classes that have an order: how far off a wrong answer is."""

from collections.abc import Sequence

import numpy as np

from textstudy.errors import StudyError

ORDINAL_METRICS = ("mean_absolute_error", "quadratic_kappa", "far_off")


def class_ranks(labels: Sequence[str], ordinal: bool | Sequence[str]) -> list[int] | None:
    """Return the place of each class in the order, from 0; None where the classes have no order.

    Args:
        labels: class names by index, sorted.
        ordinal: the setting: whether the sorted names are in order, or all names from low to high.

    Raises:
        StudyError: the names from low to high are not those of the classes.
    """
    if not ordinal:
        return None
    order = list(labels) if ordinal is True else list(ordinal)
    if sorted(order) != sorted(labels):
        raise StudyError(
            f"preparation.ordinal lists {', '.join(order)}, but the classes are {', '.join(labels)}: list each class "
            "once, from low to high."
        )
    return [order.index(label) for label in labels]


def ordinal_metrics(labels: np.ndarray, predicted: np.ndarray, ranks: Sequence[int]) -> dict[str, float]:
    """Return the mean absolute error in classes, quadratic weighted kappa, and the share more than one class off.

    Kappa (Cohen 1968) is 1 where every answer is right and 0 for agreement by chance; where all labels and all answers
    are of one class it is not defined, and 1.

    Args:
        labels, predicted: (documents,) index of a class.
        ranks: the place of each class in the order, from 0.
    """
    places = np.asarray(ranks)
    found = _measure(places[labels], places[predicted], np.ones((1, len(labels))))
    return {metric: float(values[0]) for metric, values in found.items()}


def ordinal_draws(
    labels: np.ndarray, predictions: np.ndarray, counts: np.ndarray, ranks: Sequence[int]
) -> dict[str, np.ndarray]:
    """Return metric → (draws, runs): each ordinal metric of each run under each row of `counts`.

    Args:
        labels: (patterns,) index of the true class.
        predictions: (patterns, runs) index of the predicted class.
        counts: (draws, patterns) how often each pattern occurs.
        ranks: the place of each class in the order, from 0.
    """
    places = np.asarray(ranks)
    by_run = [_measure(places[labels], places[guess], counts) for guess in predictions.T]
    return {metric: np.stack([found[metric] for found in by_run], axis=1) for metric in ORDINAL_METRICS}


def _measure(true: np.ndarray, guess: np.ndarray, counts: np.ndarray) -> dict[str, np.ndarray]:
    """Return metric → (draws,) for places in the order (patterns,) that occur `counts` (draws, patterns) times."""
    weights = counts / counts.sum(axis=1, keepdims=True)

    def mean(values: np.ndarray) -> np.ndarray:
        return weights @ values.astype(np.float64)

    off = np.abs(guess - true)
    by_chance = mean(guess**2) + mean(true**2) - 2 * mean(guess) * mean(true)  # squared distance of independent answers
    kappa = 1 - np.divide(mean(off**2), by_chance, out=np.zeros(len(counts)), where=by_chance > 1e-12)
    return dict(zip(ORDINAL_METRICS, (mean(off), kappa, mean(off > 1)), strict=True))
