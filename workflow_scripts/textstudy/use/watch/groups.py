"""How much documents of one author, thread or other group vary together, which makes chance differences larger.

Without a change, new documents come in groups too, and the held-out ones tell how alike those are: the design effect
is how many times larger the variance of a mean is for that (Kish 1965). Statistics are divided by it, as chi-squared
ones are by Rao and Scott (1981), where the groups of the new documents are not known.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from textstudy.storage.tables import GROUP, group_kinds


def group_numbers(documents: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return of each kind of group the group of each document, as a number; an unknown one is a group of its own."""
    found = {}
    for kind in group_kinds(documents):
        names = documents[f"{GROUP}{kind}"].reset_index(drop=True)
        found[kind] = pd.factorize(names.where(names != "", names.index.map("\0{}".format)))[0]
    return found


def share_together(numbers: np.ndarray) -> float:
    """Return the share of documents that share a group with another."""
    sizes = np.bincount(numbers)
    return float(np.mean(sizes[numbers] > 1))


def design_effect(values: np.ndarray, groups: Sequence[np.ndarray]) -> float:
    """Return the largest design effect of any kind of group on the mean of values (documents,), at least 1.

    Args:
        groups: of each kind the number of the group of each document.
    """
    distances = values - np.mean(values)
    squares = float(distances @ distances)
    sums = [np.bincount(numbers, distances) for numbers in groups] if squares else []
    return max([1.0, *(float(each @ each) / squares for each in sums)])
