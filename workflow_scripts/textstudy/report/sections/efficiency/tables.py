"""The tables of costs: of a training (time, memory, energy if it was counted, parameters) and of a prediction."""

from collections.abc import Callable, Mapping
from typing import Any

from textstudy.report.language.costs import encoder_passes, foundations
from textstudy.report.language.devices import device_names, unused_gpus
from textstudy.report.language.numbers import MISSING, count, count_of, decimal, seconds, watt_hours
from textstudy.report.language.ranks import models_of, rank_models, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

Model = Mapping[str, Any]
OPTIONAL = {"GPU memory (MB)", "Energy (Wh)"}  # columns left out where no model has a value
TRAINING = (
    "Cost of training each model. Training: time of one run, mean over seeds. Processors: time that processors worked "
    "for it, all threads together. Memory: peak of the training process. Device: device and precision."
)
BUILT_ON = (
    " Training time, memory and parameters of an ensemble and of a refit are their own: they exclude the models on "
    "which they are built."
)
ENERGY = (
    " Energy: what the counters of processor and GPU counted during the training. It includes all other work on them, "
    "and excludes main memory and cooling."
)
PREDICTION = (
    "Cost of classifying a document, from the text to the probabilities, on one thread: the median of {rounds} rounds, "
    "with the lowest and the highest round in brackets. Median and p95: time of one of {documents} alone. Processors: "
    "time that processors worked for it. Documents/s: {batch} classified together. Memory: peak above that of the "
    "imported libraries. Networks classify in the precision of their training where the hardware is fast in it, "
    "else in float32; a frozen encoder computes its states in bfloat16 where the hardware is fast in that."
)
SUMMED = " The figures of an ensemble are the sums over its members."
WEIGHTED = (
    " Those of a cascade are such sums too, in which each member counts as often as it is asked, so that the time is a "
    "mean over documents; p95 adds the members that more than one document in twenty reaches, memory all."
)


def _column(group: str, key: str, write: Callable[[Any], str]) -> Callable[[Model], str]:
    return lambda model: write(model[group][key])


TRAINING_COLUMNS: dict[str, Callable[[Model], str]] = {
    "Training": _column("seconds", "train", seconds),
    "Processors": _column("seconds", "cpu", seconds),
    "Per epoch": _column("seconds", "epoch", seconds),
    "Memory (MB)": _column("memory_mb", "peak", decimal),
    "GPU memory (MB)": _column("memory_mb", "device", decimal),
    "Energy (Wh)": lambda model: watt_hours(model["energy_joules"]),
    "Parameters": _column("parameters", "total", lambda total: count(total) if total else MISSING),
    "Trainable": _column("parameters", "trainable", count),
    "Frozen": _column("parameters", "frozen", count),
    "Device": device_names,
}


def _range(middle: str, low: str, high: str) -> Callable[[Model], str]:
    """Return a function that writes a figure with its lowest and highest round."""

    def write(model: Model) -> str:
        shown, lowest, highest = (decimal(model["inference"][key]) for key in (middle, low, high))
        return f"{shown} [{lowest}, {highest}]"

    return write


PREDICTION_COLUMNS: dict[str, Callable[[Model], str]] = {
    "Median (ms)": _range("latency_ms_median", "latency_ms_low", "latency_ms_high"),
    "p95 (ms)": _column("inference", "latency_ms_p95", decimal),
    "Processors (ms)": _column("inference", "cpu_ms", decimal),
    "Documents/s": _range("documents_per_second", "documents_per_second_low", "documents_per_second_high"),
    "Memory (MB)": _column("inference", "memory_mb", decimal),
    "GPU memory (MB)": _column("inference", "device_memory_mb", decimal),
    "Device": _column("inference", "device", str),
}


def training_costs(report: Report) -> Table:
    """Return what training each model costs, the model with the highest test accuracy first."""
    names = rank_models(report)
    columns = _filled(report, names, TRAINING_COLUMNS)
    caption = TRAINING
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
    measured = report["costs"]
    if measured["training_load"] is not None:
        caption += (
            f" Trainings run side by side: the highest load average at the start or the end of one was "
            f"{measured['training_load']:.1f} on {count_of(measured['training_cores'], 'core')}."
        )
    caption += unused_gpus(report["models"].values())
    return _table(report, names, "table-efficiency", caption, columns)


def prediction_costs(report: Report) -> Table:
    """Return what classifying a document costs with each model, the model with the highest test accuracy first."""
    names, measured = rank_models(report), report["costs"]
    caption = PREDICTION.format(
        rounds=count(measured["rounds"]),
        documents=count_of(measured["documents"], "document"),
        batch=count_of(measured["batch_documents"], "document"),
    )
    if models_of(report, "ensemble"):
        caption += SUMMED
    if models_of(report, "cascade"):
        caption += WEIGHTED
    return _table(report, names, "table-predictions", caption, _filled(report, names, PREDICTION_COLUMNS))


def _filled(report: Report, names: list[str], columns: Mapping[str, Callable[[Model], str]]) -> dict[str, list[str]]:
    """Return header → cells, without optional columns that no model fills."""
    cells = {header: [write(report["models"][name]) for name in names] for header, write in columns.items()}
    return {header: column for header, column in cells.items() if header not in OPTIONAL or set(column) - {MISSING}}


def _table(report: Report, names: list[str], name: str, caption: str, columns: Mapping[str, list[str]]) -> Table:
    rows = [[title(report, model), *row] for model, *row in zip(names, *columns.values(), strict=True)]
    return Table(name, caption, ["Model", *columns], "l" + "r" * (len(columns) - 1) + "l", rows)
