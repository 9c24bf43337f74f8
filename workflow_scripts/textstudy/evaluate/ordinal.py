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
    true, guess = places[labels], places[predicted]
    off = np.abs(guess - true)
    by_chance = float((guess**2).mean() + (true**2).mean() - 2 * guess.mean() * true.mean())  # of independent answers
    kappa = 1 - float((off**2).mean()) / by_chance if by_chance > 1e-12 else 1.0
    return dict(zip(ORDINAL_METRICS, (float(off.mean()), kappa, float((off > 1).mean())), strict=True))
