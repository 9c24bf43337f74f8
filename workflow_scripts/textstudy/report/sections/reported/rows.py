"""Published figures matched with the measured ones."""

from typing import Any

from textstudy.report.language.ranks import encoder_pass_seconds, score
from textstudy.report.language.types import Report

# metric of a published report → (split, metric) of ours, or the path to a plain number
SCORES = {
    "accuracy": ("test", "accuracy"),
    "weighted_f1": ("test", "weighted_f1"),
    "macro_f1": ("test", "macro_f1"),
    "macro_precision": ("test", "macro_precision"),
    "macro_recall": ("test", "macro_recall"),
    "precision": ("test", "macro_precision"),
    "recall": ("test", "macro_recall"),
}
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
    """Return one row per figure of the published report: what it states, what was measured, how they differ.

    `kind` is "share" (a score in 0..1), "number" or "unknown". `position` says where the reported value lies with
    respect to the measured 95 % interval: "inside", "above", "below", or None where there is no interval.
    """
    rows = []
    for name, metrics in (report["reported"]["models"] if report["reported"] else {}).items():
        for metric, value in metrics.items():
            measured = measure(report, name, metric)
            low, high = measured["low"], measured["high"]
            position = None
            if low is not None:
                position = "above" if value > high else "below" if value < low else "inside"
            rows.append({"model": name, "metric": metric, "reported": value, "position": position, **measured})
    return rows


def measure(report: Report, name: str, metric: str) -> dict[str, Any]:
    """Return {"kind", "measured", "low", "high"} for a metric as published reports name it."""
    split, own = SCORES.get(metric) or _prefixed(metric)
    if own:
        found = score(report, name, split=split, metric=own) if name in report["models"] else None
        low, mean, high = (found[key] if found else None for key in ("low", "mean", "high"))
        return {"kind": "share", "measured": mean, "low": low, "high": high}
    if metric in NUMBERS:
        value = _number(report, name, *NUMBERS[metric]) if name in report["models"] else None
        return {"kind": "number", "measured": value, "low": None, "high": None}
    return {"kind": "unknown", "measured": None, "low": None, "high": None}


def _number(report: Report, name: str, group: str, key: str) -> float | None:
    value = report["models"][name][group][key]
    passes = encoder_pass_seconds(report, name)
    if group != "seconds" or value is None or not passes:
        return value
    # A published epoch runs the encoder; here it ran once for all epochs, so an epoch of ours is no match.
    return value + sum(passes.values()) if key == "train" else None


def _prefixed(metric: str) -> tuple[str, str]:
    """Resolve `test_macro_f1` and the like; ("", "") for any other name."""
    split, _, score = metric.partition("_")
    known = SCORES.get(score)
    return (split, known[1]) if split in {"test", "validation"} and known else ("", "")
