"""A test for each feature of the documents: are the new ones like the old ones?

All tests take documents to be exchangeable: without a change, any of them could as well have been new. Where the groups
of the old ones are known, statistics are divided by the design effect (`watch.groups`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import ks_2samp, kstwobign

from textstudy.use.watch.groups import design_effect

DRAWS = 9_999  # of documents as old and new, which makes 0.0001 the smallest p-value
CATEGORIES = 200  # beyond which the rarest are put together, which bounds the memory of the draws
OTHER = "other"


@dataclass(frozen=True)
class Change:
    """What a test says of one feature.

    Attributes:
        feature: its name.
        shown: what stands for it, as "median" or the name of a category.
        old, new: that, in the old and in the new documents.
        effect: how large the difference is, from 0 to 1.
        p_value: how often documents that did not change differ as much.
    """

    feature: str
    shown: str
    old: float
    new: float
    effect: float
    p_value: float


def compare_numbers(feature: str, old: np.ndarray, new: np.ndarray, groups: Sequence[np.ndarray] = ()) -> Change:
    """Compare numbers by the test of Kolmogorov and Smirnov; the effect is its statistic, the medians are shown.

    With ties, as whole numbers have them, its p-values are too large rather than too small.
    """
    found = ks_2samp(old, new)
    p_value, effect = float(found.pvalue), design_effect(old <= found.statistic_location, groups)
    if effect > 1:
        size = len(old) * len(new) / (len(old) + len(new)) / effect
        p_value = max(p_value, float(kstwobign.sf(np.sqrt(size) * found.statistic)))
    medians = float(np.median(old)), float(np.median(new))
    return Change(feature, "median", *medians, float(found.statistic), p_value)


def compare_categories(
    feature: str, old: Sequence[str], new: Sequence[str], groups: Sequence[np.ndarray] = ()
) -> Change:
    """Compare categories by that whose share changed most; the p-value is drawn, so rare categories need no care.

    A share is measured against its standard error. A test of all shares together would not see one class vanish among
    many. The effect is the total variation distance: the share of documents that another category would have to take.
    """
    table, names = count_categories(old, new)
    counts, (of_old, of_new) = table.sum(axis=0), table.sum(axis=1)
    expected, size = counts * of_new / (of_old + of_new), of_old + of_new
    variance = expected * (of_old / size) * (size - counts) / max(size - 1, 1)
    # A category that all documents have cannot change; the groups make the difference of others larger.
    effects = np.array([design_effect(np.asarray(old, str) == name, groups) for name in names])
    weight = np.divide(1, variance, out=np.zeros(len(names)), where=variance > 0)
    draws = np.random.default_rng(0).multivariate_hypergeometric(counts, of_new, DRAWS, method="marginals")
    statistics = (((draws - expected) ** 2) * weight).max(axis=1)
    statistic = ((table[1] - expected) ** 2 * weight / effects).max()
    p_value = (1 + np.count_nonzero(statistics >= statistic * (1 - 1e-9))) / (DRAWS + 1)
    shares = table / table.sum(axis=1, keepdims=True)
    differences = np.abs(shares[1] - shares[0])
    most = differences.argmax()
    return Change(feature, names[most], *shares[:, most].tolist(), float(differences.sum() / 2), float(p_value))


def count_categories(old: Sequence[str], new: Sequence[str]) -> tuple[np.ndarray, list[str]]:
    """Return how often each category occurs, (2, categories) int, and their names, the most frequent first."""
    names, codes = np.unique(np.concatenate([np.asarray(old, str), np.asarray(new, str)]), return_inverse=True)
    counts = np.stack([np.bincount(part, minlength=len(names)) for part in np.split(codes, [len(old)])])
    order = np.argsort(-counts.sum(axis=0), kind="stable")
    counts, names = counts[:, order], names[order].tolist()
    if len(names) > CATEGORIES:
        rest = counts[:, CATEGORIES - 1 :].sum(axis=1, keepdims=True)
        counts, names = np.hstack([counts[:, : CATEGORIES - 1], rest]), [*names[: CATEGORIES - 1], OTHER]
    return counts, names
