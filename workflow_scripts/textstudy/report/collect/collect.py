"""report.json: every number of a report, read from the files of its runs."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import pandas as pd

from textstudy.report.collect.changes import changes
from textstudy.report.collect.explanations import read_explanations
from textstudy.report.collect.memory import read_memory
from textstudy.report.collect.phases import read_phases
from textstudy.report.collect.provenance import provenance
from textstudy.report.findings import make_findings
from textstudy.report.language.collapse import describe_collapse
from textstudy.report.schema.report import check
from textstudy.settings.models import AS_MODEL
from textstudy.storage.files import read_json

STRONGEST_CONFUSIONS = 10


def collect(
    *,
    study: Mapping[str, Any],
    parts: Mapping[str, Sequence[Path]],
    comparison: pd.DataFrame,
    pairs: pd.DataFrame,
    steps: Mapping[str, str],
    command: str,
) -> dict[str, Any]:
    """Return the report of a study; `docs/reference/report-json.md` documents its keys.

    Args:
        study: {"name", "settings", "scaled", "encoders", "corpus"} as the study ran.
        parts: kind of file → paths: ledger, corpus, audit, leakage, encodings, manifests, runs; and where a study
            has them, architectures, phases (rankings), errors, robustness, explanations, benchmarks, and of a
            baseline its report and the changes since.
        comparison: means, intervals and spreads (a row for each model, split and metric).
        pairs: paired tests.
        steps: step of the preparation → digest of its code.
        command: what makes the report again.
    """
    settings = study["settings"]
    runs = _runs(parts["runs"])
    phases = read_phases(parts.get("phases", ()), settings.get("phases") or ())
    winners = {phase["name"]: phase["winner"] for phase in phases}
    models = {
        name: _model(name, settings["models"][name], runs[name], comparison, study, winners)
        for name in settings["models"]
    }
    labels = read_json(parts["corpus"][0])["labels"]
    report = {
        "study": {
            "name": study["name"],
            "title": settings["title"],
            "description": settings["description"],
            "synthetic": study["corpus"]["synthetic"],
            "settings": settings,
            "scaled": study["scaled"],
            "encoders": study["encoders"],
        },
        "corpus": {"name": settings["preparation"]["corpus"]["name"], **read_json(parts["corpus"][0])},
        "ledger": [line for path in parts["ledger"] for line in read_json(path)],
        "audit": read_json(parts["audit"][0]),
        "leakage": read_json(parts["leakage"][0]),
        "encodings": _encodings(parts["encodings"]),
        "models": models,
        "architectures": {Path(path).parts[-3]: read_json(path) for path in parts.get("architectures", ())},
        "phases": phases,
        "errors": only(parts.get("errors", ())),
        "robustness": only(parts.get("robustness", ())),
        "explanations": read_explanations(parts.get("explanations", ())),
        "memory": read_memory(parts.get("benchmarks", ()), settings.get("memory_limit_gb")),
        "pairs": pairs.to_dict("records"),
        "confusions": {name: _confusions(model["confusion"], labels) for name, model in models.items()},
        "reported": settings["reported"],
        "provenance": provenance(command, parts["manifests"], steps),
    }
    kept, since = (only(parts.get(kind, ())) for kind in ("baseline", "changes"))
    report["changes"] = changes(report, kept, since)
    report = check({**report, "findings": []})
    report["findings"] = make_findings(report)
    return check(report)


def only(paths: Iterable[Path | str]) -> Any:
    """Return the contents of the one file, or None where a study has none of its kind."""
    return next(map(read_json, paths), None)


def _runs(paths: Iterable[Path]) -> dict[str, dict[int, dict[str, Any]]]:
    """Return model → seed → file stem → contents; the paths end in MODEL/SEED/FILE.json."""
    runs: dict[str, dict[int, dict[str, Any]]] = {}
    for path in map(Path, paths):
        model, seed = path.parts[-3], int(path.parts[-2])
        run = runs.setdefault(model, {}).setdefault(seed, {"folder": path.parent.as_posix()})
        run[path.stem] = read_json(path)
    return runs


def _model(
    name: str,
    settings: Mapping[str, Any],
    runs: Mapping[int, Mapping[str, Any]],
    comparison: pd.DataFrame,
    study: Mapping[str, Any],
    winners: Mapping[str, str],
) -> dict[str, Any]:
    shown, extends, refits = settings["title"] or name, None, None
    if "winner" in settings:
        phase = settings["winner"]
        extends = {"phase": phase, "model": winners.get(phase), "changes": settings["changes"]}
    if "model" in settings:
        refits = settings["model"]
    if extends or refits:  # what it turned out to be, only its runs know
        settings = next(iter(runs.values()))["settings"]["settings"]
    kind = AS_MODEL.validate_python(settings)
    trainings = [run["training"] for run in runs.values()]
    tests = [run["metrics"]["test"] for run in runs.values()]
    per_class = _mean_per_class(tests)
    ranked = sorted((row for row in per_class if row["support"]), key=lambda row: (row["f1"], row["label"]))
    histories = [
        {"seed": seed, "best_epoch": run["training"]["best_epoch"], "epochs": run["history"]}
        for seed, run in runs.items()
    ]
    gaps = [gap for gap in map(_gap, histories) if gap is not None]
    encoding = study["settings"]["encodings"].get(settings.get("encoding"), {})
    role = encoding.get("encoder")
    return {
        "architecture": settings["architecture"],
        "title": shown,
        **kind.facts(),
        "settings": kind.settings_read,
        "extends": extends,
        "refits": refits,
        "seeds": list(runs),
        "deterministic": kind.deterministic or len(runs) < len(study["settings"]["seeds"]),
        "encoder": {"role": role, "resource": study["encoders"][role]} if role else None,
        **{split: _intervals(comparison, name, split) for split in ("validation", "test")},
        "parameters": trainings[0]["parameters"],
        "members": trainings[0].get("members"),
        "devices": _devices(trainings),
        "seconds": {
            "train": fmean(training["seconds"] for training in trainings),
            "epoch": _mean([s for training in trainings for s in training["epoch_seconds"]]),
        },
        "memory_mb": {
            "peak": max(training["peak_memory_mb"] for training in trainings),
            "device": max(training.get("peak_device_memory_mb", 0.0) for training in trainings) or None,
        },
        "energy_joules": _mean_energy(trainings),
        "inference": _mean_mapping([run["efficiency"] for run in runs.values()]),
        "per_class": per_class,
        "confusion": np.sum([test["confusion"] for test in tests], axis=0).tolist(),
        "best_class": ranked[-1]["label"],
        "worst_class": ranked[0]["label"],
        "expected_calibration_error": fmean(test["expected_calibration_error"] for test in tests),
        # A refit and an ensemble have no validation documents left to follow.
        "history": [each for each in histories if each["epochs"] and "validation_loss" in each["epochs"][0]],
        "diagnosis": [
            f"seed {seed}: {sentence}" for seed, run in runs.items() for sentence in run["training"]["diagnosis"]
        ],
        "collapsed": [
            {"seed": seed, **fallen}
            for seed, test in zip(runs, tests, strict=True)
            if (fallen := describe_collapse(test))
        ],
        "gap": _mean(gaps),
        "chosen": [training.get("chosen") for training in trainings if training.get("chosen")],
        "runs": [
            {"seed": seed, "folder": run["folder"], "code": run["settings"]["code"]} for seed, run in runs.items()
        ],
    }


def _devices(trainings: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return each device and precision in which a run was trained, once."""
    found = sorted({(training["device"], training["precision"]) for training in trainings})
    return [{"device": device, "precision": precision} for device, precision in found]


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None


def _intervals(comparison: pd.DataFrame, model: str, split: str) -> dict[str, dict[str, float | None]]:
    rows = comparison[(comparison["model"] == model) & (comparison["split"] == split)]
    return {
        row.metric: {
            "mean": row.mean,
            "low": row.low,
            "high": row.high,
            "spread": None if pd.isna(row.spread) else row.spread,
        }
        for row in rows.itertuples(index=False)
    }


def _mean_per_class(tests: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "label": rows[0]["label"],
            "support": rows[0]["support"],
            **{key: fmean(row[key] for row in rows) for key in ("precision", "recall", "f1")},
        }
        for rows in zip(*(test["per_class"] for test in tests), strict=True)
    ]


def _mean_mapping(mappings: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {key: fmean(mapping[key] for mapping in mappings) for key in mappings[0]}


def _mean_energy(trainings: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return counter → joules of a training, of those counters that counted in all of them."""
    readings = [training["energy_joules"] for training in trainings]
    return {name: fmean(reading[name] for reading in readings) for name in set(readings[0]).intersection(*readings)}


def _gap(history: Mapping[str, Any]) -> float | None:
    """Return train minus validation accuracy at the epoch whose weights are kept."""
    for epoch in history["epochs"]:
        if epoch["epoch"] == history["best_epoch"] and "validation_accuracy" in epoch:
            return epoch["train_accuracy"] - epoch["validation_accuracy"]
    return None


def _confusions(confusion: Sequence[Sequence[int]], labels: Sequence[str]) -> list[dict[str, Any]]:
    """Return the strongest confusions: the share of a class's test documents that another class receives."""
    matrix = np.array(confusion)
    support = matrix.sum(axis=1)
    rows = [
        {
            "true": labels[i],
            "predicted": labels[j],
            "count": int(matrix[i, j]),
            "share": float(matrix[i, j] / support[i]),
        }
        for i, j in zip(*np.nonzero(matrix), strict=True)
        if i != j
    ]
    return sorted(rows, key=lambda row: (-row["count"], row["true"], row["predicted"]))[:STRONGEST_CONFUSIONS]


def _encodings(paths: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """Return encoding → its summary, with the coverage of word vectors and the cost of cached states."""
    result: dict[str, dict[str, Any]] = {}
    for path in map(Path, paths):
        summary = result.setdefault(path.parent.name, {})
        if path.stem == "encoding":
            summary.update(read_json(path))
        else:
            summary[path.stem.partition("-")[0]] = read_json(path)
    return result
