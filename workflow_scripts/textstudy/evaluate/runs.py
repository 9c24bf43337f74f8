"""The evaluation of one run: predictions, metrics and calibration on validation and test."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from textstudy.evaluate.metrics import evaluate
from textstudy.evaluate.ordinal import class_ranks
from textstudy.evaluate.predictors import Predict, load_predictor
from textstudy.evaluate.temperature import UNSCALED, scale_parts
from textstudy.evaluate.thresholds import choose_thresholds
from textstudy.runs import Run
from textstudy.storage.tables import HELD_OUT, predictions_table

Evaluation = tuple[pd.DataFrame, dict[str, Any], dict[str, Any]]


def evaluate_run(
    run: Run,
    split: pd.DataFrame,
    *,
    parts: Sequence[str] = HELD_OUT,
    temperature_scaling: bool = False,
    ordinal: bool | Sequence[str] = False,
    base_predictions: pd.DataFrame | None = None,
    base_calibration: Mapping[str, Any] | None = None,
    predict_proba: Predict | None = None,
) -> Evaluation:
    """Return (PREDICTIONS, metrics of validation and test, calibration) of a trained run.

    Args:
        run: without a temperature, which is fitted here.
        split: the SPLIT table of the preparation.
        parts: splits to predict; validation and test at least.
        temperature_scaling: whether the probabilities are scaled by the temperature that fits validation.
        ordinal: whether the classes have an order, see `class_ranks`.
        base_predictions, base_calibration: of the run that this one refits. A refit has learned from the validation
            documents, so their predictions and metrics, the temperature and the thresholds are those of the run that
            had not.
        predict_proba: the function of `load_predictor`, where it is loaded already.
    """
    numbers = {name: index for index, name in enumerate(run.labels)}
    documents = {part: split[split["split"] == part] for part in parts}
    labels = {part: rows["label"].map(numbers).to_numpy() for part, rows in documents.items()}
    if run.files.features_path is not None:  # the encoder ran once already; its states are a file
        predict_proba, cached = None, import_module("textstudy.evaluate.networks").predict_cached(run, parts)
    else:
        predict_proba, cached = predict_proba or load_predictor(run), {}
    kept = _kept(base_predictions, documents["validation"])
    probabilities = {}
    for part, rows in documents.items():
        if part in kept:
            probabilities[part] = kept[part]
        elif part in cached:
            probabilities[part] = cached[part][: len(rows)]  # perturbed copies, where there are any, come after them
        else:
            probabilities[part] = predict_proba(rows["text"].tolist())
    calibration: dict[str, Any] = dict(UNSCALED)
    if temperature_scaling:
        probabilities, calibration = scale_parts(labels, probabilities, base=base_calibration, scaled=kept)
    calibration |= choose_thresholds(labels["validation"], probabilities["validation"])
    ranks = class_ranks(run.labels, ordinal)
    metrics = {part: evaluate(labels[part], probabilities[part], list(run.labels), ranks=ranks) for part in HELD_OUT}
    tables = [
        predictions_table(documents[part]["id"].tolist(), part, labels[part], probabilities[part]) for part in parts
    ]
    return pd.concat(tables, ignore_index=True), metrics, calibration


def _kept(base_predictions: pd.DataFrame | None, validation: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return the probabilities of the validation documents as the base of a refit predicts them; else nothing."""
    if base_predictions is None:
        return {}
    found = base_predictions[base_predictions["split"] == "validation"].set_index("id").loc[validation["id"]]
    return {"validation": np.stack(found["probabilities"].to_list())}
