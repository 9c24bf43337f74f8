"""Figures of a published report, matched with the measured ones."""

from typing import Any

from textstudy.report.language.ranks import encoder_pass_seconds, score
from textstudy.report.language.types import Report

# Metric of a published report → (split, metric) of this report.
SCORES = {
    "accuracy": ("test", "accuracy"),
    "weighted_f1": ("test", "weighted_f1"),
    "macro_f1": ("test", "macro_f1"),
    "macro_precision": ("test", "macro_precision"),
    "macro_recall": ("test", "macro_recall"),
    "precision": ("test", "macro_precision"),
    "recall": ("test", "macro_recall"),
}
# Metric of a published report → (group, key) of a model in this report.
NUMBERS = {
    "train_seconds": ("seconds", "train"),
    "training_seconds": ("seconds", "train"),
    "epoch_seconds": ("seconds", "epoch"),
    "seconds_per_epoch": ("seconds", "epoch"),
    "inference_ms": ("inference", "latency_ms_median"),
    "latency_ms": ("inference", "latency_ms_median"),
    "parameters": ("parameters", "total"),
    "total_parameters": ("parameters", "total"),
    "trainable_parameters": ("parameters", "trainable"),
    "frozen_parameters": ("parameters", "frozen"),
}


def reported_rows(report: Report) -> list[dict[str, Any]]:
    """Return one row per figure of the published report: the figure, and what was measured here.

    `unit` is "share" (a score in 0..1), "number" or "unknown". `low` and `high` are the ends of the interval in which
    the score of one other training on other documents is expected. `position` is that of the reported figure: "inside",
    "above", "below", or None where there is no interval.
    """
    if report["reported"] is None:
        return []
    rows = []
    for name, metrics in report["reported"]["models"].items():
        for metric, value in metrics.items():
            measured = measured_figure(report, name, metric)
            low, high = measured["low"], measured["high"]
            position = None
            if low is not None:
                position = "above" if value > high else "below" if value < low else "inside"
            rows.append({"model": name, "metric": metric, "reported": value, "position": position, **measured})
    return rows


def measured_figure(report: Report, name: str, metric: str) -> dict[str, Any]:
    """Return {"unit", "measured", "low", "high"} for a metric as published reports name it; unknown values are None."""
    split, own = SCORES[metric] if metric in SCORES else _split_prefix(metric)
    if own:
        found = score(report, name, split=split, metric=own) if name in report["models"] else None
        low, high = found["expected"] if found and found["expected"] else (None, None)
        return {"unit": "share", "measured": found["mean"] if found else None, "low": low, "high": high}
    if metric in NUMBERS:
        value = _number(report, name, *NUMBERS[metric]) if name in report["models"] else None
        return {"unit": "number", "measured": value, "low": None, "high": None}
    return {"unit": "unknown", "measured": None, "low": None, "high": None}


def _number(report: Report, name: str, group: str, key: str) -> float | None:
    value = report["models"][name][group][key]
    passes = encoder_pass_seconds(report, name)
    if group != "seconds" or value is None or not passes:
        return value
    # A published epoch includes the encoder. Here the encoder ran once for all epochs, so epochs cannot be compared.
    return value + sum(passes.values()) if key == "train" else None


def _split_prefix(metric: str) -> tuple[str, str]:
    """Return (split, metric) of a name such as `test_macro_f1`; ("", "") for any other name."""
    split, _, own = metric.partition("_")
    return (split, SCORES[own][1]) if split in {"test", "validation"} and own in SCORES else ("", "")
