"""The temperature of a run (Guo et al. 2017, arXiv:1706.04599), fitted on validation, and what it changes."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from textstudy.errors import StudyError
from textstudy.evaluate.metrics import calibration_error, per_document_losses
from textstudy.evaluate.scaling import scale, to_logits
from textstudy.storage.tables import HELD_OUT

UNSCALED = {"temperature": None}  # the calibration.json of a run without temperature scaling
LARGEST = 20.0  # temperature; the smallest is its inverse


def fit_temperature(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """Return the temperature with the lowest log loss; it is kept between 1/LARGEST and LARGEST.

    Args:
        labels: (documents,) index of the true class, of documents that the model has not learned from.
        probabilities: (documents, classes).

    Raises:
        StudyError: there are no documents.
    """
    if not len(labels):
        raise StudyError(
            "temperature_scaling fits a temperature on the validation documents, and there are none: set it to false, "
            "or give the preparation a validation set."
        )
    logits, rows = to_logits(probabilities), np.arange(len(labels))

    def loss(inverse: float) -> float:  # convex in the inverse of the temperature
        return -log_softmax(logits * inverse, axis=1)[rows, labels].mean()

    found = minimize_scalar(loss, bounds=(1 / LARGEST, LARGEST), method="bounded", options={"xatol": 1e-6})
    return float(1 / found.x)


def scale_parts(
    labels: Mapping[str, np.ndarray],
    probabilities: Mapping[str, np.ndarray],
    *,
    base: Mapping[str, Any] | None = None,
    scaled: Collection[str] = (),
) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Return the probabilities of each split at the temperature that fits validation, and the run's calibration.json.

    The record holds the temperature, the number of documents that it was fitted on, and the scores of validation and
    test before it. Those of validation are in-sample.

    Args:
        labels, probabilities: split → (documents,) and (documents, classes).
        base: the calibration.json of the run that this one refits. A refit has learned from the validation documents,
            so its temperature is that of the run that had not.
        scaled: splits whose probabilities are those of the base, so that they are scaled already.
    """
    temperature = base["temperature"] if base else fit_temperature(labels["validation"], probabilities["validation"])
    before = {
        part: base["before"][part] if part in scaled else confidence_scores(labels[part], probabilities[part])
        for part in HELD_OUT
    }
    documents = base["documents"] if base else len(labels["validation"])
    return (
        {part: found if part in scaled else scale(found, temperature) for part, found in probabilities.items()},
        {"temperature": temperature, "documents": documents, "before": before},
    )


def confidence_scores(labels: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
    """Return the scores of probabilities that a temperature changes: calibration error, log loss and Brier score."""
    losses = per_document_losses(labels, probabilities)
    return {
        "expected_calibration_error": calibration_error(labels, probabilities),
        **{name: float(loss.mean()) for name, loss in losses.items()},
    }
