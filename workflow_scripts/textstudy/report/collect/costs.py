"""The costs of predictions and how they were measured, from costs.json of a study."""

from collections.abc import Mapping, Sequence
from statistics import fmean, median
from typing import Any

BUSY = 0.1  # share of the processors in use by other programs from which a machine counts as busy

Costs = Mapping[str, Any]


def prediction_costs(costs: Costs, name: str) -> dict[str, Any]:
    """Return what a prediction with a model costs: medians over the rounds, some with the lowest and highest round."""
    found = costs["models"][name]
    return {
        "latency_ms_median": median(found["latency_ms"]),
        "latency_ms_low": min(found["latency_ms"]),
        "latency_ms_high": max(found["latency_ms"]),
        "latency_ms_p95": median(found["latency_ms_p95"]),
        "cpu_ms": median(found["cpu_ms"]),
        "documents_per_second": median(found["documents_per_second"]),
        "documents_per_second_low": min(found["documents_per_second"]),
        "documents_per_second_high": max(found["documents_per_second"]),
        "memory_mb": _highest(found["memory_mb"]),
        "device_memory_mb": _highest(found["device_memory_mb"] or []),
        "device": found["device"],
        "threads": costs["threads"],
        "documents": costs["documents"],
    }


def how_measured(costs: Costs, trainings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return on what machine, how often and beside how much other work the costs were measured.

    Args:
        trainings: training.json of every run.
    """
    others, loads = fmean(costs["other_cores"]), [training["load_average"] for training in trainings]
    return {
        **{key: costs[key] for key in ("rounds", "documents", "batch_documents", "threads", "cores", "load_before")},
        "load_during": _highest(costs["load_during"]),
        "other_cores": others,
        "busy": others >= BUSY * costs["cores"],
        "training_load": _highest([load[when] for load in loads for when in ("start", "end")]),
        "training_cores": max(load["cores"] for load in loads),
    }


def _highest(values: Sequence[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)
