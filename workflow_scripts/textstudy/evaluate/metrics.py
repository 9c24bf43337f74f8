"""Metrics of one run on one split."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, precision_recall_fscore_support

from textstudy.evaluate.ordinal import ordinal_metrics

CALIBRATION_BINS = 15
SMALLEST = 1e-12  # probability, so that no loss is infinite
COLLAPSE_SHARE = 0.95  # share of the predictions that are one class ...
COLLAPSE_FOUND = 0.2  # ... and the other classes' accuracy is less than this


def evaluate(
    labels: np.ndarray, probabilities: np.ndarray, names: list[str], *, ranks: Sequence[int] | None = None
) -> dict[str, Any]:
    """Return every metric of a run on a split.

    Macro scores are means over the classes that occur in the split or among the predictions, as in scikit-learn: of
    any other class nothing is known.

    Args:
        labels: (documents,) index of the true class.
        probabilities: (documents, classes) rows that sum to 1.
        names: class names in the order of the columns.
        ranks: where the classes have an order, the place of each class in it; adds the ordinal metrics.
    """
    predicted = probabilities.argmax(axis=1)
    classes = np.arange(len(names))
    precision, recall, f1, support = precision_recall_fscore_support(
        labels, predicted, labels=classes, average=None, zero_division=0
    )
    present = support > 0
    ranked = sorted(classes[present], key=lambda index: (f1[index], names[index]))
    counted = present | np.isin(classes, predicted)
    weighted = np.average(f1, weights=support)
    losses = per_document_losses(labels, probabilities)
    ordinal = ordinal_metrics(labels, predicted, ranks) if ranks else {}
    return {
        "documents": len(labels),
        "accuracy": float(accuracy_score(labels, predicted)),
        "macro_f1": float(f1[counted].mean()),
        "weighted_f1": float(weighted),
        "macro_precision": float(precision[counted].mean()),
        "macro_recall": float(recall[counted].mean()),
        **{name: float(loss.mean()) for name, loss in losses.items()},
        **ordinal,
        "expected_calibration_error": calibration_error(labels, probabilities),
        "per_class": [
            {
                "label": names[index],
                "precision": float(precision[index]),
                "recall": float(recall[index]),
                "f1": float(f1[index]),
                "support": int(support[index]),
            }
            for index in classes
        ],
        "confusion": confusion_cells(labels, predicted),
        "best_class": names[ranked[-1]],
        "worst_class": names[ranked[0]],
        "collapsed": has_collapsed(labels, predicted),
    }


def confusion_cells(labels: np.ndarray, predicted: np.ndarray) -> list[list[int]]:
    """Return [true class, predicted class, documents] of each pair of classes that has documents, in order.

    With thousands of classes most cells of the matrix are empty.
    """
    pairs, counts = np.unique(np.column_stack([labels, predicted]), axis=0, return_counts=True)
    return np.column_stack([pairs, counts]).tolist()


def per_document_losses(
    labels: np.ndarray, probabilities: np.ndarray, ranks: Sequence[int] | None = None
) -> dict[str, np.ndarray]:
    """Return loss → (documents,): what each document adds to the mean; lower is better.

    `log_loss` is that of scikit-learn, `brier_score` the squared distance from the true class, summed over the classes
    (Brier 1950), from 0 to 2. Where the classes have an order, `absolute_error` is how many classes the prediction is
    off.

    Args:
        labels: (documents,) index of the true class.
        probabilities: (documents, classes) rows that sum to 1.
        ranks: the place of each class in the order, from 0; None without an order.
    """
    of_truth = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    squares = (probabilities.astype(np.float64) ** 2).sum(axis=1)
    losses = {"log_loss": -np.log(np.maximum(of_truth, SMALLEST)), "brier_score": 1 - 2 * of_truth + squares}
    if ranks:
        places = np.asarray(ranks)
        losses["absolute_error"] = np.abs(places[probabilities.argmax(axis=1)] - places[labels]).astype(np.float64)
    return losses


def has_collapsed(labels: np.ndarray, predicted: np.ndarray) -> bool:
    """Return whether nearly all predictions are one class, for most documents of the other classes too."""
    answered = np.bincount(predicted)
    others = labels != answered.argmax()
    if answered.max() < COLLAPSE_SHARE * len(predicted) or not others.any():
        return False
    return bool((predicted[others] == labels[others]).mean() < COLLAPSE_FOUND)


def calibration_error(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """Return the expected calibration error over 15 equal bins of confidence (Guo et al. 2017, arXiv:1706.04599)."""
    return confidence_error(probabilities.max(axis=1), probabilities.argmax(axis=1) == labels)


def confidence_error(confidence: np.ndarray, right: np.ndarray) -> float:
    """Return the same from the confidence of each answer (documents,) and whether it is right."""
    gaps = np.bincount(calibration_bins(confidence), weights=right - confidence, minlength=CALIBRATION_BINS)
    return float(np.abs(gaps).sum() / len(confidence))


def calibration_bins(confidence: np.ndarray) -> np.ndarray:
    """Return the bin of each confidence, from 0: CALIBRATION_BINS of equal width."""
    return np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
