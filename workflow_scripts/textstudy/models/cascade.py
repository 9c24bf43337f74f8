"""A cascade: models asked one after the other, of which the first that is sure answers (Viola and Jones 2001)."""

from collections.abc import Callable

import numpy as np

Ask = Callable[[int, np.ndarray], np.ndarray]  # member, rows → a new array of their probabilities (rows, classes)


def walk(thresholds: np.ndarray, documents: int, ask: Ask) -> tuple[np.ndarray, list[int]]:
    """Return probabilities (documents, classes), each those of the member that answers, and how many each was asked.

    Args:
        thresholds: (members - 1,) the least confidence, which is the highest probability, with which each member
            answers; the last is asked without one.
        documents: how many there are, at least 1.
        ask: what a member, by its place, answers to some documents, by their rows. It is called only for documents of
            which no earlier member is sure.
    """
    rows = np.arange(documents)
    probabilities, asked = ask(0, rows), [documents]
    for member, threshold in enumerate(thresholds, 1):
        rows = rows[probabilities[rows].max(axis=1) < threshold]
        asked.append(len(rows))
        if len(rows):
            probabilities[rows] = ask(member, rows)
    return probabilities, asked
