"""The costs of predictions and how they were measured, from costs.json of a study."""

from collections.abc import Mapping, Sequence
from statistics import fmean, median
from typing import Any

SLOWEST = 0.05  # share of the documents that the 95th percentile of the latency leaves out
BUSY = 0.1  # share of the processors in use by other programs from which a machine counts as busy

Costs = Mapping[str, Any]


def prediction_costs(costs: Costs, name: str, asked: Mapping[str, float] | None = None) -> dict[str, Any]:
    """Return what a prediction with a model costs: medians over the rounds, some with the lowest and highest round.

    Args:
        asked: for a model that joins the answers of others, member → the share of the documents that it is asked about.
    """
    found = costs["models"][name] if asked is None else joined_costs(costs, asked)
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


def joined_costs(costs: Costs, asked: Mapping[str, float]) -> dict[str, Any]:
    """Return the figures of members that predict one after the other, added up round by round.

    Each counts as often as it is asked, so that the time of a cascade is a mean over documents. To join the answers
    takes microseconds and is left out. All members are kept in memory. The 95th percentile adds those of the members
    that more than one document in twenty reaches. It is the model's own where its members are slow on the same
    documents; otherwise it is usually too high.
    """
    members = [(costs["models"][name], share) for name, share in asked.items()]
    slow = [(member, 1.0 if share > SLOWEST else 0.0) for member, share in members]
    gpus = [member["device_memory_mb"] for member, _ in members if member["device_memory_mb"] is not None]
    rates = [([1 / rate for rate in member["documents_per_second"]], share) for member, share in members]
    return {
        "latency_ms": _add([(member["latency_ms"], share) for member, share in members]),
        "latency_ms_p95": _add([(member["latency_ms_p95"], share) for member, share in slow]),
        "cpu_ms": _add([(member["cpu_ms"], share) for member, share in members]),
        "documents_per_second": [1 / seconds for seconds in _add(rates)],
        "memory_mb": _add([(member["memory_mb"], 1.0) for member, _ in members]),
        "device": " and ".join(sorted({member["device"] for member, _ in members})),
        "device_memory_mb": [sum(values) for values in zip(*gpus, strict=True)] if gpus else None,
    }


def _add(figures: Sequence[tuple[Sequence[float | None], float]]) -> list[float | None]:
    """Return the weighted sum of some figures in each round; None where one is not known."""
    weights = [weight for _, weight in figures]
    return [
        None if None in values else sum(value * weight for value, weight in zip(values, weights, strict=True))
        for values in zip(*(values for values, _ in figures), strict=True)
    ]


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
