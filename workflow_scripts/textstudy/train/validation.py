"""The figures of validation after an epoch, and the training accuracy that compares with them."""

import numpy as np
from torch import nn

from textstudy.train.documents import Documents
from textstudy.train.objective import Objective, macro_f1
from textstudy.train.predict import predict_logits

TRAINING_SAMPLE = 2000  # training documents on which the accuracy is measured; a standard error of at most 1.1 points


def validate(
    model: nn.Module, documents: Documents, objective: Objective, *, classes: int, precision: str = "float32"
) -> tuple[dict[str, float], list[float]]:
    """Return loss, accuracy and macro F1, and the share of the documents that is predicted as each class."""
    labels = documents.labels
    logits = predict_logits(model, documents, precision=precision).to(labels.device)
    loss = float(objective.loss_sum(logits, labels) / objective.weight_sum(labels))
    true, predicted = labels.cpu().numpy(), logits.argmax(dim=1).cpu().numpy()
    figures = {
        "validation_loss": loss,
        "validation_accuracy": float((predicted == true).mean()),
        "validation_macro_f1": macro_f1(true, predicted, classes=classes),
    }
    return figures, (np.bincount(predicted, minlength=classes) / len(predicted)).tolist()


def training_accuracy(model: nn.Module, train: Documents, *, precision: str = "float32") -> float:
    """Return the accuracy on training documents as on validation: in evaluation mode, with the weights as they are.

    The running mean of an epoch has dropout and the weights of its many steps, so it does not compare with validation.
    At most `TRAINING_SAMPLE` documents are used, taken evenly, the same for every seed.
    """
    count = len(train)
    rows = np.linspace(0, count - 1, min(count, TRAINING_SAMPLE)).astype(int)
    sample = train.select(rows)
    logits = predict_logits(model, sample, precision=precision)
    return float((logits.argmax(dim=1) == sample.labels.cpu()).double().mean())
