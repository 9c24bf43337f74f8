"""Sampling error over documents: bootstrap intervals and paired tests, models with several seeds included.

A bootstrap draws documents with replacement. Every metric here depends on a document only through its pattern (true
class, prediction of each run). So a draw of documents is a multinomial draw of how often each pattern occurs: the same
distribution, and faster, as there are fewer patterns than documents.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import binom, norm

METRICS = ("accuracy", "macro_f1", "weighted_f1", "macro_precision", "macro_recall")
DRAWS = 2000  # of documents, for an interval
FLIPS = 9999  # of signs, for a test
LEVEL = 0.95
FEW = 10  # with fewer random draws in a tail, their share does not estimate its probability


@dataclass(frozen=True)
class Patterns:
    """Distinct (true class, prediction of each run) rows and how often each occurs."""

    labels: np.ndarray  # (patterns,)
    predictions: np.ndarray  # (patterns, runs)
    counts: np.ndarray  # (patterns,)


def patterns(labels: np.ndarray, predictions: np.ndarray) -> Patterns:
    """Return the distinct patterns of `labels` (documents,) and `predictions` (documents, runs)."""
    rows, counts = np.unique(np.column_stack([labels, predictions]), axis=0, return_counts=True)
    return Patterns(rows[:, 0], rows[:, 1:], counts)


def draw_counts(found: Patterns) -> np.ndarray:
    """Return (DRAWS + 1, patterns) counts: the data themselves first, then bootstrap draws of as many documents."""
    generator = np.random.default_rng(0)
    total = found.counts.sum()
    drawn = generator.multinomial(total, found.counts / total, size=DRAWS)
    return np.vstack([found.counts, drawn])


def metric_draws(found: Patterns, counts: np.ndarray, classes: int) -> dict[str, np.ndarray]:
    """Return metric → (draws, runs): each metric of each run under each row of `counts`.

    Macro scores are means over the classes that occur in a draw or among a run's predictions for it, as in
    `metrics.evaluate`: a draw without documents of a rare class says nothing about it.
    """
    truth = np.eye(classes)[found.labels]  # (patterns, classes)
    support = counts @ truth  # (draws, classes)
    total = counts.sum(axis=1, keepdims=True)
    columns: dict[str, list[np.ndarray]] = {metric: [] for metric in METRICS}
    for run in range(found.predictions.shape[1]):
        guess = np.eye(classes)[found.predictions[:, run]]
        hits = counts @ (truth * guess)  # (draws, classes)
        predicted = counts @ guess
        f1 = _ratio(2 * hits, support + predicted)
        seen = (support + predicted > 0).sum(axis=1)
        columns["accuracy"].append(hits.sum(axis=1) / total[:, 0])
        columns["macro_f1"].append(f1.sum(axis=1) / seen)
        columns["weighted_f1"].append((f1 * support / total).sum(axis=1))
        columns["macro_precision"].append(_ratio(hits, predicted).sum(axis=1) / seen)
        columns["macro_recall"].append(_ratio(hits, support).sum(axis=1) / seen)
    return {metric: np.stack(values, axis=1) for metric, values in columns.items()}


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def interval(draws: np.ndarray) -> tuple[float, float]:
    """Return the central 95 % percentile interval of bootstrap draws."""
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def bootstrap_p(draws: np.ndarray) -> float:
    """Return the two-sided bootstrap p-value that a difference is 0, always above 0.

    Where all draws are on one side of 0, their share only shows that p is small, which is too coarse for a correction
    over many tests. Then the tail is that of a normal distribution with the draws' mean and standard deviation.
    """
    below, above = (draws <= 0).sum(), (draws >= 0).sum()
    p_value = min(1.0, 2 * (min(below, above) + 1) / (len(draws) + 1))
    if min(below, above) == 0 and draws.std() > 0:
        p_value = min(p_value, max(2 * norm.sf(abs(draws.mean()) / draws.std()), np.finfo(float).tiny))
    return float(p_value)


def mcnemar_mid_p(only_first: int, only_second: int) -> float:
    """Return McNemar's mid-p value for documents that exactly one of two models gets right (Fagerland et al. 2013)."""
    discordant = only_first + only_second
    if discordant == 0:
        return 1.0
    smaller = min(only_first, only_second)
    p_value = 2 * binom.cdf(smaller, discordant, 0.5) - binom.pmf(smaller, discordant, 0.5)
    return float(min(1.0, p_value))


def sign_flip_p(differences: np.ndarray) -> float:
    """Return the two-sided paired permutation p-value that a mean difference (documents,) is 0.

    Each document's difference keeps or changes its sign at random. With one run of each model the differences are -1, 0
    or 1 and this is McNemar's exact test. Where too few flips reach the difference for their share to estimate p, the
    tail is that of the normal distribution that the sum of flips tends to.
    """
    moved = differences[differences != 0]
    if len(moved) == 0:
        return 1.0
    # Differences of one size have a binomial number of kept signs, so no (FLIPS, documents) table is needed.
    sizes, counts = np.unique(np.abs(moved), return_counts=True)
    observed = abs(moved.sum())
    generator = np.random.default_rng(0)
    sums = sum(
        size * (2 * generator.binomial(count, 0.5, size=FLIPS) - count)
        for size, count in zip(sizes, counts, strict=True)
    )
    # Sums of thirds are not exact in floating point, hence the tolerance.
    reached = (np.abs(sums) >= observed - 1e-9).sum()
    p_value = (reached + 1) / (FLIPS + 1)
    if reached < FEW:
        p_value = min(p_value, max(2 * norm.sf(observed / np.sqrt((moved**2).sum())), np.finfo(float).tiny))
    return float(p_value)


def holm(p_values: list[float]) -> list[float]:
    """Return p-values adjusted for all tests of the family (Holm 1979)."""
    order = np.argsort(p_values, kind="stable")
    adjusted = np.empty(len(p_values))
    largest = 0.0
    for rank, index in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = largest
    return adjusted.tolist()
