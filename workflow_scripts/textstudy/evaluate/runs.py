"""The evaluation of one run: predictions, metrics and cost on validation and test."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from textstudy.evaluate.efficiency import measure
from textstudy.evaluate.metrics import evaluate
from textstudy.evaluate.predictors import load_predictor
from textstudy.tables import HELD_OUT

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
        cached = networks.predict_cached(settings=settings, folder=folder, classes=len(names), **files)
    metrics, tables = {}, []
    for part in parts:
        chosen = split[split["split"] == part]
        labels = chosen["label"].map(numbers).to_numpy()
        if part == "validation" and base_predictions is not None:
            kept = base_predictions[base_predictions["split"] == part].set_index("id").loc[chosen["id"]]
            probabilities = np.stack(kept["probabilities"].to_list())
        elif cached:
            probabilities = cached[part]
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
    with _limited_threads():
        texts = split.loc[split["split"] == "test", "text"].tolist()
        efficiency = measure(predict_proba, texts, threads=THREADS)
    return pd.concat(tables, ignore_index=True), metrics, efficiency


@contextmanager
def _limited_threads() -> Iterator[None]:
    """Limit numpy's, scikit-learn's and torch's threads for a measurement."""
    torch = sys.modules.get("torch")  # a linear model never imports it
    before = torch.get_num_threads() if torch else None
    if torch:
        torch.set_num_threads(THREADS)
    with threadpool_limits(THREADS):
        yield
    if torch:
        torch.set_num_threads(before)
