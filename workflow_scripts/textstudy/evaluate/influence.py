"""Scores of a run, and how much each document weighs in them.

The influence of a document says how a score changes with the document's weight: with weights w (documents,) a score is
about `score + mean((w - 1) * influence)`. So the variance of a score over other documents is that of a mean, for every
score alike (the infinitesimal jackknife, Efron 1982, chapter 6), and the difference of two scores has the difference of
their influences.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from textstudy.evaluate.metrics import per_document_losses

SHARES = ("accuracy", "macro_f1", "weighted_f1", "macro_precision", "macro_recall", "far_off")  # scores between 0 and 1


class Influence(NamedTuple):
    """A score and the influence of each document on it, which sums to 0."""

    score: float
    of_document: np.ndarray  # (documents,)


def influences(
    labels: np.ndarray, predicted: np.ndarray, probabilities: np.ndarray, ranks: Sequence[int] | None = None
) -> dict[str, Influence]:
    """Return metric → score and influences of a run.

    Macro scores are means over the classes that occur among the labels or the predictions, as in `metrics.evaluate`.

    Args:
        labels: (documents,) index of the true class.
        predicted: (documents,) index of the predicted class.
        probabilities: (documents, classes).
        ranks: the place of each class in their order, from 0, so that the size of an error counts; None without order.
    """
    found = _of_classes(labels, predicted, probabilities.shape[1])
    means = {"accuracy": (labels == predicted).astype(float), **per_document_losses(labels, probabilities, ranks)}
    if ranks:
        places = np.asarray(ranks)
        off = means.pop("absolute_error")
        means |= {"mean_absolute_error": off, "far_off": (off > 1).astype(float)}
        found["quadratic_kappa"] = _kappa(places[labels], places[predicted])
    return found | {metric: Influence(float(each.mean()), each - each.mean()) for metric, each in means.items()}


def _of_classes(labels: np.ndarray, predicted: np.ndarray, classes: int) -> dict[str, Influence]:
    """Return the scores that are made of each class's hits: its F1, precision and recall."""
    support, guessed = (np.bincount(each, minlength=classes).astype(float) for each in (labels, predicted))
    right = labels == predicted
    hits = np.bincount(labels[right], minlength=classes).astype(float)
    size, seen = len(labels), (support + guessed > 0).sum()
    f1, precision, recall = ratio(2 * hits, support + guessed), ratio(hits, guessed), ratio(hits, support)
    # A document changes the ratio of its own class, as part of the support, and of the class that it is taken for.
    of_f1 = ratio(f1, support + guessed)
    of_precision, of_recall = ratio(precision, guessed), ratio(recall, support)
    hit_f1, hit_precision, hit_recall = (
        right * ratio(np.ones(classes), whole)[labels] for whole in (support + guessed, guessed, support)
    )
    share = support / size
    weighted = float(share @ f1)
    return {
        "macro_f1": Influence(f1.sum() / seen, size / seen * (2 * hit_f1 - of_f1[labels] - of_f1[predicted])),
        "weighted_f1": Influence(
            weighted,
            f1[labels] - weighted
            + size * (share[labels] * (2 * hit_f1 - of_f1[labels]) - (share * of_f1)[predicted]),
        ),
        "macro_precision": Influence(precision.sum() / seen, size / seen * (hit_precision - of_precision[predicted])),
        "macro_recall": Influence(recall.sum() / seen, size / seen * (hit_recall - of_recall[labels])),
    }  # fmt: skip


def _kappa(labels: np.ndarray, predicted: np.ndarray) -> Influence:
    """Return Cohen's kappa with quadratic weights (Cohen 1968); 1 where labels and predictions are one same class."""
    classes = 1 + max(labels.max(), predicted.max())
    distance = (np.arange(classes)[:, None] - np.arange(classes)) ** 2.0
    support, guessed = (np.bincount(each, minlength=classes) for each in (labels, predicted))
    observed, expected = distance[labels, predicted], distance @ guessed  # (documents,), (classes,)
    total, chance = observed.sum(), float(support @ expected)
    if chance == 0:
        return Influence(1.0, np.zeros(len(labels)))
    size, share = len(labels), total / chance
    # kappa = 1 - size * total / chance, and each document is part of all three.
    of_chance = expected[labels] + (support @ distance)[predicted]
    return Influence(1 - size * share, -size * (share + size * (observed - share * of_chance) / chance))


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return part / whole, and 0 where the whole is 0."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
