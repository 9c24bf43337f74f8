"""What training minimises, as sums over documents, and the macro F1 of validation."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class Objective:
    """Cross-entropy. `loss_sum / weight_sum` over several batches is `torch.nn.CrossEntropyLoss` on all at once.

    Attributes:
        class_weights: (classes,) float32, or None for equal weights.
        label_smoothing: share of the target spread evenly over all classes.
    """

    class_weights: Tensor | None
    label_smoothing: float

    def loss_sum(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return the sum of the documents' losses for logits (batch, classes) and labels (batch,)."""
        return functional.cross_entropy(
            logits, labels, self.class_weights, reduction="sum", label_smoothing=self.label_smoothing
        )

    def weight_sum(self, labels: Tensor) -> Tensor:
        """Return what `loss_sum` is divided by for a mean: the documents' weights, or their number."""
        if self.class_weights is None:
            return torch.full((), float(len(labels)), device=labels.device)
        return self.class_weights[labels].sum()


def balanced_class_weights(labels: Tensor, *, classes: int) -> Tensor:
    """Return weights (classes,) in proportion to 1/count, with sum `classes`; an absent class has weight 0."""
    counts = torch.bincount(labels.cpu(), minlength=classes).double()  # which Apple's GPU does not have
    inverse = torch.where(counts > 0, 1.0 / counts, 0.0)
    return (classes * inverse / inverse.sum()).float().to(labels.device)


def macro_f1(true: np.ndarray, predicted: np.ndarray, *, classes: int) -> float:
    """Return the mean F1 over the classes that occur or are predicted.

    As `sklearn.metrics.f1_score(average="macro", zero_division=0)`, without the seconds that importing scikit-learn
    would add to every run.
    """
    hits = np.bincount(true[true == predicted], minlength=classes)
    named = np.bincount(true, minlength=classes) + np.bincount(predicted, minlength=classes)
    return float((2 * hits / np.maximum(named, 1)).sum() / (named > 0).sum())
