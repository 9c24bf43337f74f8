"""The table of what each model costs: time, memory, energy if it was counted, latency, parameters."""

from collections.abc import Callable, Mapping
from typing import Any

from textstudy.report.language.costs import encoder_passes, foundations
from textstudy.report.language.devices import device_names
from textstudy.report.language.numbers import MISSING, count, decimal, seconds, watt_hours
from textstudy.report.language.ranks import rank_models, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

Model = Mapping[str, Any]
OPTIONAL = {"GPU memory (MB)", "Energy (Wh)"}  # columns left out where no model has a value
CAPTION = (
    "Cost of each model. Training: time of one run, mean over seeds. Memory: peak of the training process. Median and "
    "p95: time to classify one document alone. Documents/s: documents classified in batches. Device: device and "
    "precision of the training. Networks classify in float32, but a frozen encoder computes its states in bfloat16 "
    "where the hardware supports it."
)
BUILT_ON = (
    " Training time, memory and parameters of an ensemble and of a refit are their own: they exclude the models on "
    "which they are built. The times to classify of an ensemble are the sum over its members."
)
ENERGY = (
    " Energy: what the counters of processor and GPU counted during the training. It includes all other work on them, "
    "and excludes main memory and cooling."
)


def _column(group: str, key: str, write: Callable[[Any], str]) -> Callable[[Model], str]:
    return lambda model: write(model[group][key])


COLUMNS: dict[str, Callable[[Model], str]] = {
    "Training": _column("seconds", "train", seconds),
    "Per epoch": _column("seconds", "epoch", seconds),
    "Memory (MB)": _column("memory_mb", "peak", decimal),
    "GPU memory (MB)": _column("memory_mb", "device", decimal),
    "Energy (Wh)": lambda model: watt_hours(model["energy_joules"]),
    "Median (ms)": _column("inference", "latency_ms_median", decimal),
    "p95 (ms)": _column("inference", "latency_ms_p95", decimal),
    "Documents/s": _column("inference", "documents_per_second", decimal),
    "Threads": _column("inference", "threads", count),
    "Parameters": _column("parameters", "total", count),
    "Trainable": _column("parameters", "trainable", count),
    "Frozen": _column("parameters", "frozen", count),
    "Device": device_names,
}


def efficiency(report: Report) -> Table:
    """Return what each model costs, the model with the highest test accuracy first."""
    names = rank_models(report)
    columns = {header: [write(report["models"][name]) for name in names] for header, write in COLUMNS.items()}
    columns = {header: cells for header, cells in columns.items() if header not in OPTIONAL or set(cells) - {MISSING}}
    caption = CAPTION
    if any(foundations(report, name) for name in names):
        caption += BUILT_ON
    for encoding, duration in encoder_passes(report, names).items():
        energy = watt_hours(report["encodings"][encoding]["features"]["energy_joules"])
        caption += (
            f" Training on the cached states of {encoding} excludes the encoder's one pass over all documents: "
            f"{seconds(duration)}{'' if energy == MISSING else f' and {energy} Wh'}."
        )
    if "Energy (Wh)" in columns:
        caption += ENERGY
    rows = [[title(report, name), *row] for name, *row in zip(names, *columns.values(), strict=True)]
    return Table("table-efficiency", caption, ["Model", *columns], "l" + "r" * (len(columns) - 1) + "l", rows)
