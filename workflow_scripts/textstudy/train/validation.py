"""The figures of validation after an epoch."""

import numpy as np
from torch import nn

from textstudy.train.documents import Documents
from textstudy.train.objective import Objective, macro_f1
from textstudy.train.predict import predict_logits


def validate(
    model: nn.Module, documents: Documents, objective: Objective, *, classes: int
) -> tuple[dict[str, float], list[float]]:
    """Return loss, accuracy and macro F1, and the share of the documents that is predicted as each class."""
    labels = documents.labels
    logits = predict_logits(model, documents).to(labels.device)
    loss = float(objective.loss_sum(logits, labels) / objective.weight_sum(labels))
    true, predicted = labels.cpu().numpy(), logits.argmax(dim=1).cpu().numpy()
    figures = {
        "validation_loss": loss,
        "validation_accuracy": float((predicted == true).mean()),
        "validation_macro_f1": macro_f1(true, predicted, classes=classes),
    }
    return figures, (np.bincount(predicted, minlength=classes) / len(predicted)).tolist()
