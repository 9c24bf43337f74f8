"""Bootstrap intervals over documents, and p-values corrected for many tests.

Models are compared in `evaluate.comparison`, without drawing. What is no score of a model is drawn here: documents with
replacement. Every metric here depends on a document only through its pattern (true class, prediction of each run). So a
draw of documents is a multinomial draw of how often each pattern occurs: the same distribution, and faster, as there
are fewer patterns than documents.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from textstudy.evaluate.influence import ratio
from textstudy.evaluate.percentiles import DRAWS

METRICS = ("accuracy", "macro_f1", "weighted_f1", "macro_precision", "macro_recall")


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


def one_hot(codes: np.ndarray, classes: int) -> csr_array:
    """Return (codes, classes), 1 where a row has this class: sparse, as there may be thousands of classes."""
    return csr_array((np.ones(len(codes)), codes, np.arange(len(codes) + 1)), shape=(len(codes), classes))


def metric_draws(found: Patterns, counts: np.ndarray, classes: int) -> dict[str, np.ndarray]:
    """Return metric → (draws, runs): each metric of each run under each row of `counts`.

    Macro scores are means over the classes that occur in a draw or among a run's predictions for it, as in
    `metrics.evaluate`: a draw without documents of a rare class says nothing about it.
    """
    truth = one_hot(found.labels, classes)
    support = counts @ truth  # (draws, classes)
    total = counts.sum(axis=1, keepdims=True)
    columns: dict[str, list[np.ndarray]] = {metric: [] for metric in METRICS}
    for run in range(found.predictions.shape[1]):
        guess = one_hot(found.predictions[:, run], classes)
        hits = counts @ truth.multiply(guess)  # (draws, classes)
        predicted = counts @ guess
        f1 = ratio(2 * hits, support + predicted)
        seen = (support + predicted > 0).sum(axis=1)
        columns["accuracy"].append(hits.sum(axis=1) / total[:, 0])
        columns["macro_f1"].append(f1.sum(axis=1) / seen)
        columns["weighted_f1"].append((f1 * support / total).sum(axis=1))
        columns["macro_precision"].append(ratio(hits, predicted).sum(axis=1) / seen)
        columns["macro_recall"].append(ratio(hits, support).sum(axis=1) / seen)
    return {metric: np.stack(values, axis=1) for metric, values in columns.items()}


def holm(p_values: list[float]) -> list[float]:
    """Return p-values adjusted for all tests of the family (Holm 1979)."""
    order = np.argsort(p_values, kind="stable")
    adjusted = np.empty(len(p_values))
    largest = 0.0
    for rank, index in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = largest
    return adjusted.tolist()
