"""Metrics of classes that have an order: how far off a wrong answer is."""

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import cohen_kappa_score

from textstudy.errors import StudyError


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
    true, guess = places[labels], places[predicted]
    off = np.abs(guess - true)
    kappa = cohen_kappa_score(true, guess, weights="quadratic", labels=range(len(places))) if off.any() else 1.0
    return {
        "mean_absolute_error": float(off.mean()),
        "quadratic_kappa": float(kappa),
        "far_off": float((off > 1).mean()),
    }
