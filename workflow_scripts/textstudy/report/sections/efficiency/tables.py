"""The table of what each model costs: time, memory, energy where it was counted, latency, parameters."""

from collections.abc import Callable, Mapping
from typing import Any

from textstudy.report.language.costs import encoder_passes, foundations
from textstudy.report.language.devices import device_names
from textstudy.report.language.numbers import MISSING, count, decimal, seconds, watt_hours
from textstudy.report.language.ranks import rank_models, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

Model = Mapping[str, Any]
OPTIONAL = {"GPU memory (MB)", "Energy (Wh)"}  # columns that are left out where no model has a figure
BUILT_ON = (
    " Of an ensemble and a refit, training, memory and parameters are their own, without those of the models that they "
    "are built on; an ensemble's time to classify is the sum of its members'."
)
COUNTED = (
    " Energy is what the counters of processor package and GPU told of the training: whatever else ran on them is in "
    "it, main memory and cooling are not."
)


def _of(group: str, key: str, written: Callable[[Any], str]) -> Callable[[Model], str]:
    return lambda model: written((model.get(group) or {}).get(key))


COLUMNS: dict[str, Callable[[Model], str]] = {
    "Training": _of("seconds", "train", seconds),
    "Per epoch": _of("seconds", "epoch", seconds),
    "Memory (MB)": _of("memory_mb", "peak", decimal),
    "GPU memory (MB)": _of("memory_mb", "device", decimal),
    "Energy (Wh)": lambda model: watt_hours(model.get("energy_joules") or {}),
    "Median (ms)": _of("inference", "latency_ms_median", decimal),
    "p95 (ms)": _of("inference", "latency_ms_p95", decimal),
    "Documents/s": _of("inference", "documents_per_second", decimal),
    "Threads": _of("inference", "threads", count),
    "Parameters": _of("parameters", "total", count),
    "Trainable": _of("parameters", "trainable", count),
    "Frozen": _of("parameters", "frozen", count),
    "Device": device_names,
}


def efficiency(report: Report) -> Table:
    """What each model costs, the most accurate first."""
    names = rank_models(report)
    columns = {header: [written(report["models"][name]) for name in names] for header, written in COLUMNS.items()}
    columns = {header: cells for header, cells in columns.items() if header not in OPTIONAL or set(cells) - {MISSING}}
    caption = (
        "Cost of each model: training time of one run (mean over seeds), peak memory, time to classify one document "
        "alone, documents classified per second in batches, parameters, and the device and precision of its training. "
        "Networks classify in float32, but a frozen encoder makes its states in bfloat16 where the hardware has it."
    )
    if any(foundations(report, name) for name in report["models"]):
        caption += BUILT_ON
    for encoding, taken in encoder_passes(report, report["models"]).items():
        caption += f" Training on cached states of {encoding} is without the encoder's one pass, {seconds(taken)}"
        energy = report["encodings"][encoding]["features"].get("energy_joules")
        caption += f" and {watt_hours(energy)} Wh." if energy else "."
    if "Energy (Wh)" in columns:
        caption += COUNTED
    rows = [[title(report, name), *row] for name, *row in zip(names, *columns.values(), strict=True)]
    return Table("table-efficiency", caption, ["Model", *columns], "l" + "r" * (len(columns) - 1) + "l", rows)
