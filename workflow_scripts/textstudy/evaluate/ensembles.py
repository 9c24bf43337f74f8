"""The evaluation of an ensemble: metrics of its predictions, and their cost as the sum of its members' costs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from textstudy.evaluate.metrics import evaluate
from textstudy.storage.files import read_json, write_json
from textstudy.storage.tables import HELD_OUT, PREDICTIONS, write_table


def evaluate_ensemble(
    predictions: pd.DataFrame, *, labels: Sequence[str], members: Mapping[str, Path], folder: Path
) -> None:
    """Write predictions.parquet, metrics.json and efficiency.json of an ensemble to `folder`.

    Args:
        predictions: PREDICTIONS of validation and test.
        labels: class names by index.
        members: name → predictions.parquet; its folder holds the member's efficiency.json too.
    """
    metrics = {}
    for split in HELD_OUT:
        chosen = predictions[predictions["split"] == split]
        probabilities = np.stack(chosen["probabilities"].to_list())  # (documents, classes)
        metrics[split] = evaluate(chosen["label"].to_numpy(), probabilities, list(labels))
    costs = [read_json(path.parent / "efficiency.json") for path in members.values()]
    write_table(predictions, folder / "predictions.parquet", PREDICTIONS)
    write_json(folder / "metrics.json", metrics)
    write_json(folder / "efficiency.json", summed_costs(costs))


def summed_costs(costs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the efficiency of members that predict each document one after the other.

    Combining the answers takes microseconds and is left out. The sum of the 95th percentiles is the ensemble's own
    where its members are slow on the same documents; otherwise it is usually too high.
    """
    return {
        "latency_ms_median": sum(cost["latency_ms_median"] for cost in costs),
        "latency_ms_p95": sum(cost["latency_ms_p95"] for cost in costs),
        "documents_per_second": 1 / sum(1 / cost["documents_per_second"] for cost in costs),
        "threads": max(cost["threads"] for cost in costs),
        "documents": min(cost["documents"] for cost in costs),
    }
