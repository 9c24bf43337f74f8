"""The evaluation of one run: predictions, metrics and cost on validation and test."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from textstudy.evaluate.efficiency import measure
from textstudy.evaluate.metrics import evaluate
from textstudy.evaluate.predictors import load_predictor
from textstudy.machine.threads import limited_threads
from textstudy.storage.tables import HELD_OUT

THREADS = 1  # latencies of different machines and schedulers compare best on one thread


def evaluate_run(
    *,
    settings: Mapping[str, Any],
    folder: Path,
    split: pd.DataFrame,
    encoding_folder: Path | None,
    features_path: Path | None,
    glove_path: Path | None,
    encoder_folder: Path | None,
    parts: Sequence[str] = HELD_OUT,
    base_predictions: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, dict[str, Any], dict[str, Any]]:
    """Return (PREDICTIONS, metrics of validation and test, efficiency) of a trained run.

    Args:
        settings: resolved settings of the model.
        folder: folder of the run.
        split: the SPLIT table of the preparation.
        encoding_folder, features_path, glove_path, encoder_folder: as for `load_predictor`.
        parts: splits to predict; validation and test at least.
        base_predictions: of the run that this one refits. A refit has learned from the validation documents, so what
            stands for them, in its figures too, are the predictions of the run that had not.
    """
    names = sorted(split["label"].unique())
    numbers = {name: index for index, name in enumerate(names)}
    files = {"encoding_folder": encoding_folder, "features_path": features_path, "glove_path": glove_path}
    predict_proba = load_predictor(
        settings=settings, folder=folder, classes=len(names), encoder_folder=encoder_folder, **files
    )
    cached = None
    if features_path is not None:  # the encoder ran once already; its states are an artifact
        networks = import_module("textstudy.evaluate.networks")
        cached = networks.predict_cached(settings=settings, folder=folder, parts=parts, classes=len(names), **files)
    metrics, tables = {}, []
    for part in parts:
        chosen = split[split["split"] == part]
        labels = chosen["label"].map(numbers).to_numpy()
        if part == "validation" and base_predictions is not None:
            kept = base_predictions[base_predictions["split"] == part].set_index("id").loc[chosen["id"]]
            probabilities = np.stack(kept["probabilities"].to_list())
        elif cached:
            probabilities = cached[part][: len(chosen)]  # perturbed copies, where there are any, come after them
        else:
            probabilities = predict_proba(chosen["text"].tolist())
        if part in HELD_OUT:
            metrics[part] = evaluate(labels, probabilities, names)
        tables.append(
            pd.DataFrame(
                {
                    "id": chosen["id"].to_numpy(),
                    "split": part,
                    "label": labels.astype("int32"),
                    "predicted": probabilities.argmax(axis=1).astype("int32"),
                    "probabilities": list(probabilities.astype(np.float32)),
                }
            )
        )
    with limited_threads(THREADS):
        texts = split.loc[split["split"] == "test", "text"].tolist()
        efficiency = measure(predict_proba, texts, threads=THREADS)
    return pd.concat(tables, ignore_index=True), metrics, efficiency
