"""Differences between the accuracies of groups of documents, which hold for new documents and for new trainings.

The standard error has two parts, SE² = SE_documents² + s²/k: the error over documents, and the variance s² of the
difference between k trainings. Where documents belong together (threads, authors), their errors are summed by group
first: of several kinds of groups, and of no groups, the largest error counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, t

from textstudy.evaluate.percentiles import LEVEL

DRAWS = 20_000  # of normal vectors, for the largest of several correlated differences


@dataclass(frozen=True)
class Contrasts:
    """Weighted sums of the accuracies of groups, and their uncertainty; arrays are (contrasts,)."""

    mean: np.ndarray
    standard_error: np.ndarray
    degrees: np.ndarray  # of freedom, after Satterthwaite (1946)
    largest: np.ndarray  # (DRAWS,) largest absolute value of correlated standard normal variables

    def intervals(self, *, simultaneous: bool = False, comparisons: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """Return (low, high) of 95 % intervals.

        Args:
            simultaneous: all hold together with 95 %, else each for itself.
            comparisons: each is one of so many, corrected after Bonferroni.
        """
        bound = np.quantile(self.largest, LEVEL) if simultaneous else norm.isf((1 - LEVEL) / 2 / comparisons)
        half = t.isf(norm.sf(bound), self.degrees) * self.standard_error
        return self.mean - half, self.mean + half

    def p_values(self) -> np.ndarray:
        """Return two-sided p-values that a contrast is 0, adjusted for all contrasts (single-step max-T)."""
        reached = (self.largest[:, None] >= norm.isf(self.p_values_alone() / 2)).sum(axis=0)
        return (reached + 1) / (len(self.largest) + 1)

    def p_values_alone(self) -> np.ndarray:
        """Return the same without adjustment."""
        return 2 * t.sf(np.abs(self.mean) / np.maximum(self.standard_error, 1e-300), self.degrees)


def contrast(
    right: np.ndarray,
    groups: np.ndarray,
    weights: np.ndarray,
    kin: Sequence[np.ndarray] = (),
    *,
    against: np.ndarray | None = None,
) -> Contrasts:
    """Return the contrasts `weights` of the accuracies of groups.

    The error over documents is that of a mean to whose group one right and one wrong answer are added, as in the
    intervals of Agresti and Caffo (2000): else a group of few documents, all of them right, would have no error. To
    differences of two models, +1 and -1 are added with half the weight (after Agresti and Min 2005).

    Args:
        right: (documents, seeds), 1 where the run of a seed is right, else 0.
        groups: (documents,) int, the group of each document, from 0; no group is empty.
        weights: (contrasts, groups).
        kin: for each kind of documents that belong together, (documents,) int: equal numbers belong together.
        against: (documents, seeds) of another model, whose accuracies are subtracted document by document.
    """
    sizes, sides = np.bincount(groups), [right] if against is None else [right, against]
    by_seed = [np.stack([np.bincount(groups, run) / sizes for run in side.T], axis=1) for side in sides]
    means, found = _difference([each.mean(axis=1) for each in by_seed]), [weights @ each for each in by_seed]
    values = _difference([side.mean(axis=1) for side in sides])
    influences = weights[:, groups] * (values - means[groups]) / (sizes + 2)[groups]
    extremes = means**2 + (1 - means) ** 2 if against is None else 1 + means**2
    added = weights**2 * extremes / (sizes + 2) ** 2  # (contrasts, groups)
    everyone = np.arange(len(groups))
    errors, freedoms = zip(*(_error(influences, groups, each, added) for each in (everyone, *kin)), strict=True)
    widest = np.argmax(errors, axis=0), np.arange(len(weights))
    of_documents, freedom = np.array(errors)[widest], np.array(freedoms)[widest]
    variance, doubt = of_documents.copy(), of_documents**2 / freedom
    for each in found:
        seeds = each.shape[1]
        if seeds > 1:
            of_seeds = each.var(axis=1, ddof=1) / seeds
            variance, doubt = variance + of_seeds, doubt + of_seeds**2 / (seeds - 1)
    mean = _difference([each.mean(axis=1) for each in found])
    degrees = np.maximum(variance**2 / np.maximum(doubt, 1e-300), 1.0)
    return Contrasts(mean, np.sqrt(variance), degrees, _largest(influences))


def _difference(sides: Sequence[np.ndarray]) -> np.ndarray:
    return sides[0] if len(sides) == 1 else sides[0] - sides[1]


def _error(
    influences: np.ndarray, groups: np.ndarray, kin: np.ndarray, added: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the variance of each contrast over documents that belong together, and its degrees of freedom (Welch)."""
    _, codes = np.unique(kin, return_inverse=True)
    pairs, inside = np.unique(np.stack([groups, codes]), axis=1, return_inverse=True)
    units = np.maximum(np.bincount(pairs[0]), 2)  # of each group
    within = np.stack([np.bincount(pairs[0], np.bincount(inside, row) ** 2) for row in influences])
    across = np.stack([(np.bincount(codes, row) ** 2).sum() for row in influences]) - within.sum(axis=1)
    parts = within * units / (units - 1) + added  # (contrasts, groups)
    doubt = np.maximum((parts**2 / (units - 1)).sum(axis=1), 1e-300)
    return parts.sum(axis=1) + across, np.maximum(parts.sum(axis=1) ** 2 / doubt, 1.0)


def _largest(influences: np.ndarray) -> np.ndarray:
    """Return (DRAWS,) largest absolute values of normal variables that are correlated as the contrasts are."""
    covariance = influences @ influences.T
    spread = np.sqrt(np.diag(covariance))
    correlation = covariance / np.maximum(np.outer(spread, spread), 1e-300)
    np.fill_diagonal(correlation, 1.0)
    values, vectors = np.linalg.eigh(correlation)
    normal = np.random.default_rng(0).standard_normal((DRAWS, len(values)))
    return np.abs(normal * np.sqrt(np.maximum(values, 0)) @ vectors.T).max(axis=1)
