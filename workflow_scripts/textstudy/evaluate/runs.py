"""The evaluation of one run: predictions, metrics and cost on validation and test."""

from collections.abc import Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from textstudy.evaluate.efficiency import measure
from textstudy.evaluate.metrics import evaluate
from textstudy.evaluate.predictors import load_predictor

THREADS = 1  # latencies of different machines and schedulers compare best on one thread
SPLITS = ("validation", "test")


def evaluate_run(
    *,
    settings: Mapping[str, Any],
    folder: Path,
    split: pd.DataFrame,
    encoding_folder: Path | None,
    features_path: Path | None,
    glove_path: Path | None,
    encoder_folder: Path | None,
) -> tuple[pd.DataFrame, dict[str, Any], dict[str, Any]]:
    """Return (PREDICTIONS, metrics by split, efficiency) of a trained run.

    Args:
        settings: resolved settings of the model.
        folder: folder of the run.
        split: the SPLIT table of the preparation.
        encoding_folder, features_path, glove_path, encoder_folder: as for `load_predictor`.
    """
    names = sorted(split["label"].unique())
    numbers = {name: index for index, name in enumerate(names)}
    files = {"encoding_folder": encoding_folder, "features_path": features_path, "glove_path": glove_path}
    predict_proba = load_predictor(
        settings=settings, folder=folder, classes=len(names), encoder_folder=encoder_folder, **files
    )
    metrics, tables = {}, []
    for part in SPLITS:
        chosen = split[split["split"] == part]
        labels = chosen["label"].map(numbers).to_numpy()
        if features_path is None:
            probabilities = predict_proba(chosen["text"].tolist())
        else:  # the encoder ran once already; its states are an artifact
            probabilities = _predict_cached(settings, folder, len(names), part, **files)
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


def _predict_cached(settings: Mapping[str, Any], folder: Path, classes: int, part: str, **files: Any) -> np.ndarray:
    from textstudy.train.predict import predict
    from textstudy.train.runs import load_documents, load_network

    options = {"settings": settings, "classes": classes, **files}
    network = load_network(folder, architecture=settings["architecture"], **options)
    documents = load_documents(files["encoding_folder"], settings=settings, features_path=files["features_path"])
    return predict(network, documents[part])


@contextmanager
def _limited_threads():
    """Limit numpy's, scikit-learn's and torch's threads for a measurement."""
    import sys

    from threadpoolctl import threadpool_limits

    torch = sys.modules.get("torch")  # a linear model never imports it
    before = torch.get_num_threads() if torch else None
    if torch:
        torch.set_num_threads(THREADS)
    with threadpool_limits(THREADS):
        yield
    if torch:
        torch.set_num_threads(before)
