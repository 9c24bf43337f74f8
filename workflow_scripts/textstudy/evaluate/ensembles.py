"""The evaluation of an ensemble: metrics of its predictions."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from textstudy.evaluate.metrics import evaluate
from textstudy.evaluate.ordinal import class_ranks
from textstudy.evaluate.temperature import UNSCALED, scale_parts
from textstudy.evaluate.thresholds import choose_thresholds
from textstudy.storage.tables import HELD_OUT


def evaluate_ensemble(
    combined: pd.DataFrame,
    labels: Sequence[str],
    *,
    temperature_scaling: bool = False,
    ordinal: bool | Sequence[str] = False,
    base_calibration: Mapping[str, Any] | None = None,
) -> tuple[pd.DataFrame, dict[str, Any], dict[str, Any]]:
    """Return (PREDICTIONS, metrics of validation and test, calibration) of an ensemble.

    Args:
        combined: PREDICTIONS of validation and test before any temperature.
        labels: class names by index.
        temperature_scaling: whether the probabilities are scaled by the temperature that fits validation.
        ordinal: whether the classes have an order, see `class_ranks`.
        base_calibration: of the ensemble that this one refits, whose temperature it takes over.
    """
    rows = {part: combined[combined["split"] == part] for part in HELD_OUT}
    targets = {part: chosen["label"].to_numpy() for part, chosen in rows.items()}
    probabilities = {part: np.stack(chosen["probabilities"].to_list()) for part, chosen in rows.items()}
    calibration: dict[str, Any] = dict(UNSCALED)
    if temperature_scaling:
        probabilities, calibration = scale_parts(targets, probabilities, base=base_calibration)
    calibration |= choose_thresholds(targets["validation"], probabilities["validation"])
    ranks = class_ranks(labels, ordinal)
    metrics = {part: evaluate(targets[part], probabilities[part], list(labels), ranks=ranks) for part in HELD_OUT}
    tables = [
        chosen.assign(
            predicted=probabilities[part].argmax(axis=1).astype("int32"),
            probabilities=list(probabilities[part].astype(np.float32)),
        )
        for part, chosen in rows.items()
    ]
    return pd.concat(tables, ignore_index=True), metrics, calibration
