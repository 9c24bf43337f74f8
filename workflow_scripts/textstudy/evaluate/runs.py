"""The evaluation of one run: predictions and metrics on validation and test."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from textstudy.evaluate.metrics import evaluate
from textstudy.evaluate.predictors import load_predictor
from textstudy.runs import Run
from textstudy.storage.tables import HELD_OUT


def evaluate_run(
    run: Run, split: pd.DataFrame, *, parts: Sequence[str] = HELD_OUT, base_predictions: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return (PREDICTIONS, metrics of validation and test) of a trained run.

    Args:
        split: the SPLIT table of the preparation.
        parts: splits to predict; validation and test at least.
        base_predictions: of the run that this one refits. A refit has learned from the validation documents, so their
            predictions and metrics are those of the run that had not.
    """
    numbers = {name: index for index, name in enumerate(run.labels)}
    if run.files.features_path is not None:  # the encoder ran once already; its states are a file
        predict_proba, cached = None, import_module("textstudy.evaluate.networks").predict_cached(run, parts)
    else:
        predict_proba, cached = load_predictor(run), {}
    metrics, tables = {}, []
    for part in parts:
        documents = split[split["split"] == part]
        labels = documents["label"].map(numbers).to_numpy()
        if part == "validation" and base_predictions is not None:
            kept = base_predictions[base_predictions["split"] == part].set_index("id").loc[documents["id"]]
            probabilities = np.stack(kept["probabilities"].to_list())
        elif cached:
            probabilities = cached[part][: len(documents)]  # perturbed copies, where there are any, come after them
        else:
            probabilities = predict_proba(documents["text"].tolist())
        if part in HELD_OUT:
            metrics[part] = evaluate(labels, probabilities, list(run.labels))
        tables.append(
            pd.DataFrame(
                {
                    "id": documents["id"].to_numpy(),
                    "split": part,
                    "label": labels.astype("int32"),
                    "predicted": probabilities.argmax(axis=1).astype("int32"),
                    "probabilities": list(probabilities.astype(np.float32)),
                }
            )
        )
    return pd.concat(tables, ignore_index=True), metrics
