"""What findings, tables and figures share: ranks, paired tests, costs, published figures."""

from collections.abc import Mapping, Sequence
from typing import Any

from textstudy.report.formats import listing

Report = Mapping[str, Any]

SIMPLE = "linear"  # the architecture that is no network
ENSEMBLE = "ensemble"  # and the one that is made from others
NO_NETWORKS = {SIMPLE, ENSEMBLE, "neighbours"}
TOGETHER = 8  # networks whose curves one pair of axes can hold; of more, each has its own panel
# The rule of textstudy.evaluate.metrics, which decides it; a test holds the two together.
COLLAPSE_RULE = (
    "A run counts as collapsed where 95 % or more of its answers on the test documents are one class and it recognises "
    "less than a fifth of the documents of the other classes."
)
# The rules of textstudy.train.diagnosis, whose thresholds a test holds these to.
DIAGNOSIS_RULES = (
    "The diagnosis calls a run overfitted where at its best epoch the training accuracy is above 85 % and leads "
    "validation by more than 10 points, or the validation loss ends more than 10 % above its lowest while the "
    "training loss fell; underfitted where the training accuracy is less than 5 points (or half of the room left) "
    "above the share of the largest class, or both losses still fell by more than 1 % in the last epoch allowed; "
    "unstable where within one epoch the training loss rises by more than 10 % or the validation accuracy falls by "
    "more than 10 points, or a gradient norm is more than 10 times the median. Changes of a loss below 0.01 do not "
    "count. Training accuracy is what the epoch saw, with dropout on, so dropout makes the gap look narrower."
)


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


def title(report: Report, name: str) -> str:
    """Return what a model is called in the report: its title, or its name in the study."""
    return report["models"].get(name, {}).get("title") or name


def named(report: Report, name: str) -> str:
    """Return what a sentence calls a model: its title, in quotation marks where that holds a comma."""
    shown = title(report, name)
    return f"“{shown}”" if "," in shown else shown


def estimate(report: Report, name: str, *, split: str, metric: str) -> dict[str, Any] | None:
    """Return {"mean", "low", "high", "spread"} of a model's score, or None where there is none."""
    found = (report["models"].get(name, {}).get(split) or {}).get(metric)
    return found if found and found.get("mean") is not None else None


def mean(report: Report, name: str, *, split: str = "test", metric: str = "accuracy") -> float:
    """Return a model's score, or minus infinity where there is none, so that it ranks last."""
    found = estimate(report, name, split=split, metric=metric)
    return found["mean"] if found else float("-inf")


def ranked(report: Report, *, split: str = "test", metric: str = "accuracy") -> list[str]:
    """Return the names of the models, highest score first; equal scores by name."""
    return sorted(report["models"], key=lambda name: (-mean(report, name, split=split, metric=metric), name))


def scored(report: Report) -> list[str]:
    """Return the models that have a test accuracy, highest first."""
    return [name for name in ranked(report) if estimate(report, name, split="test", metric="accuracy")]


def paired(report: Report, first: str, second: str, *, metric: str = "accuracy") -> dict[str, Any] | None:
    """Return the paired test of two models seen from `first`, with its verdict, or None if none was made.

    `verdict` is "better" or "worse" only if the test is significant and the difference has that sign; else "unclear".
    """
    for pair in report.get("pairs") or []:
        if pair["metric"] != metric or {pair["first"], pair["second"]} != {first, second}:
            continue
        seen = dict(pair)
        if pair["first"] != first:
            seen.update(first=first, second=second, difference=-pair["difference"])
            low, high = pair.get("low"), pair.get("high")
            seen.update(low=None if high is None else -high, high=None if low is None else -low)
        signed = "better" if seen["difference"] > 0 else "worse" if seen["difference"] < 0 else "unclear"
        return {**seen, "verdict": signed if pair["significant"] else "unclear"}
    return None


def by_validation(report: Report) -> list[str]:
    """Return the models among which validation chooses, best first: no refit, whose figures there are another's."""
    return [name for name in ranked(report, split="validation") if not report["models"][name].get("refits")]


def states_read(report: Report, name: str) -> dict[str, float]:
    """Return {encoding: seconds of its encoder's one pass} where a model reads the states of a frozen encoder."""
    model = report["models"].get(name, {})
    settings = model.get("settings") or {}
    if model.get("architecture") != "neighbours" and settings.get("strategy") not in ("freeze", "hybrid"):
        return {}
    states = ((report.get("encodings") or {}).get(settings["encoding"]) or {}).get("features")
    return {settings["encoding"]: states["seconds"]} if states else {}


def reported_rows(report: Report) -> list[dict[str, Any]]:
    """Return one row per figure of the published report: what it states, what was measured, how they differ.

    `kind` is "share" (a score in 0..1), "number" or "unknown"; `position` says where the reported value lies with
    respect to the measured 95 % interval: "inside", "above", "below", or None where there is no interval.
    """
    rows = []
    for name, metrics in ((report.get("reported") or {}).get("models") or {}).items():
        for metric, value in metrics.items():
            measured = measure(report, name, metric)
            low, high = measured.get("low"), measured.get("high")
            position = None
            if low is not None and high is not None:
                position = "above" if value > high else "below" if value < low else "inside"
            rows.append({"model": name, "metric": metric, "reported": value, "position": position, **measured})
    return rows


def measure(report: Report, name: str, metric: str) -> dict[str, Any]:
    """Return {"kind", "measured", "low", "high"} for a metric as published reports name it."""
    split, score = SCORES.get(metric) or _prefixed(metric)
    if score:
        found = estimate(report, name, split=split, metric=score) or {}
        return {"kind": "share", "measured": found.get("mean"), "low": found.get("low"), "high": found.get("high")}
    if metric in NUMBERS:
        group, key = NUMBERS[metric]
        value = (report["models"].get(name, {}).get(group) or {}).get(key)
        if group == "seconds" and value is not None and (passes := states_read(report, name)):
            # A published epoch runs the encoder; here it ran once for all epochs, so an epoch of ours is no match.
            value = value + sum(passes.values()) if key == "train" else None
        return {"kind": "number", "measured": value, "low": None, "high": None}
    return {"kind": "unknown", "measured": None, "low": None, "high": None}


def _prefixed(metric: str) -> tuple[str, str]:
    """Resolve `test_macro_f1` and the like; ("", "") for any other name."""
    split, _, score = metric.partition("_")
    known = SCORES.get(score)
    return (split, known[1]) if split in {"test", "validation"} and known else ("", "")


def substituted(report: Report, name: str) -> dict[str, str] | None:
    """Return {"role", "resource"} where another encoder than the one named ran, else None."""
    encoder = report["models"].get(name, {}).get("encoder")
    return encoder if encoder and encoder["role"] != encoder["resource"] else None


def head_epochs(history: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return after how many epochs with the head alone a hybrid went on with everything; no epochs, no entry."""
    found = {sum(epoch.get("phase") == "head" for epoch in run["epochs"]) for run in history}
    return sorted(found - {0})


def together(report: Report) -> dict[str, str]:
    """Return name → title of the networks whose curves share a pair of axes; none where each has its own."""
    names = [name for name, model in report["models"].items() if model.get("history")]
    return {name: title(report, name) for name in names} if len(names) <= TOGETHER else {}


def diagnosed(report: Report) -> list[tuple[str, list[str]]]:
    """Return (model, sentences) of the models of which the diagnosis of a training run says something."""
    return [(name, found) for name in ranked(report) if (found := report["models"][name].get("diagnosis"))]


def collapsed_models(report: Report) -> str:
    """Return the sentence that names the models of which a run has collapsed."""
    names = [named(report, name) for name in ranked(report) if report["models"][name].get("collapsed")]
    return f"That holds of a run of {listing(names)}." if names else "That holds of no run here."


def coverage(report: Report) -> str:
    """Return the sentence on what intervals and tests speak of: documents, with the trainings held fixed."""
    once = ", once each" if all(len(model["seeds"]) == 1 for model in report["models"].values()) else ""
    return (
        f"Intervals and tests speak of new documents and of the models as trained here{once}; a training with another "
        "seed may differ by more."
    )


def examined(report: Report, part: str) -> Mapping[str, Any]:
    """Return a part of what the examination of errors found (shared, label_issues, reliability, confusions), or {}."""
    return (report.get("errors") or {}).get(part) or {}


def collapse(test: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the class that a collapsed run answers, with its shares of the answers and of the truth; else None."""
    if not test["collapsed"]:
        return None
    matrix = test["confusion"]
    answers, truth = [sum(column) for column in zip(*matrix, strict=True)], [sum(row) for row in matrix]
    place = answers.index(max(answers))
    return {
        "label": test["per_class"][place]["label"],
        "share": answers[place] / sum(answers),
        "true_share": truth[place] / sum(truth),
    }


def leakage_variants(report: Report) -> list[dict[str, Any]]:
    """Return what leakage.json measured: the clean variant first, then those with something left in."""
    return (report.get("leakage") or {}).get("variants") or []
