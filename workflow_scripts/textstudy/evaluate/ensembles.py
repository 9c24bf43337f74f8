"""The evaluation of an ensemble: metrics of its predictions."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from textstudy.evaluate.metrics import evaluate
from textstudy.storage.files import write_json
from textstudy.storage.tables import HELD_OUT, PREDICTIONS, write_table


def evaluate_ensemble(predictions: pd.DataFrame, *, labels: Sequence[str], folder: Path) -> None:
    """Write predictions.parquet and metrics.json of an ensemble to `folder`.

    Args:
        predictions: PREDICTIONS of validation and test.
        labels: class names by index.
    """
    metrics = {}
    for split in HELD_OUT:
        chosen = predictions[predictions["split"] == split]
        probabilities = np.stack(chosen["probabilities"].to_list())  # (documents, classes)
        metrics[split] = evaluate(chosen["label"].to_numpy(), probabilities, list(labels))
    write_table(predictions, folder / "predictions.parquet", PREDICTIONS)
    write_json(folder / "metrics.json", metrics)
