"""What report.json holds of one model: its settings, costs and scores, from the files of its runs."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import pandas as pd

from textstudy.report.collect.costs import Costs, prediction_costs
from textstudy.report.collect.prompted import collect_answers
from textstudy.report.language.collapse import describe_collapse
from textstudy.settings.models import AS_MODEL
from textstudy.storage.files import read_json

CONFIDENCE_SCORES = ("expected_calibration_error", "log_loss", "brier_score")
Runs = Mapping[int, Mapping[str, Any]]  # seed → file stem → contents

DEVICE = ("device", "precision", "unused_gpu")
SCORE = ("mean", "low", "high", "spread", "grouped_by", "scope")


def read_runs(paths: Iterable[Path]) -> dict[str, dict[int, dict[str, Any]]]:
    """Return model → seed → file stem → contents; the paths end in MODEL/SEED/FILE.json."""
    runs: dict[str, dict[int, dict[str, Any]]] = {}
    for path in map(Path, paths):
        model, seed = path.parts[-3], int(path.parts[-2])
        run = runs.setdefault(model, {}).setdefault(seed, {"folder": path.parent.as_posix()})
        run[path.stem] = read_json(path)
    return runs


def collect_model(
    name: str,
    runs: Runs,
    *,
    study: Mapping[str, Any],
    winners: Mapping[str, str],
    comparison: pd.DataFrame,
    costs: Costs,
) -> dict[str, Any]:
    """Return what report.json holds of the model `name`; arguments as for `collect`, `winners` by phase, `costs`
    of the study's predictions.
    """
    return {
        **_identity(name, runs, study, winners),
        **{split: read_scores(comparison, name, split) for split in ("validation", "test")},
        **_costs(runs),
        "inference": prediction_costs(costs, name, _asked(runs)),
        "prompted": collect_answers(
            [run["answers"] for run in runs.values() if "answers" in run], study["settings"]["models"][name]
        ),
        **_test_scores(runs),
        **_course(runs),
        "runs": [
            {"seed": seed, "folder": run["folder"], "code": run["settings"]["code"]} for seed, run in runs.items()
        ],
    }


def _identity(name: str, runs: Runs, study: Mapping[str, Any], winners: Mapping[str, str]) -> dict[str, Any]:
    """Return what a model is.

    The study states of some models only which other model they extend or refit, or what is searched; their runs hold
    the whole settings.
    """
    stated = study["settings"]["models"][name]
    extends = None
    if stated["architecture"] == "winner":
        phase = stated["winner"]
        extends = {"phase": phase, "model": winners[phase], "changes": stated["changes"]}
    refits = stated["model"] if stated["architecture"] == "refit" else None
    settings = stated
    searched = study["settings"]["search"] and name in study["settings"]["search"]["models"]
    if extends or refits or searched:  # a training does not know whether its probabilities are scaled later
        run = next(iter(runs.values()))
        scaled = {"temperature_scaling": run["calibration"]["temperature"] is not None}
        settings = {**run["settings"]["settings"], **scaled}
    kind = AS_MODEL.validate_python(settings)
    encoding = study["settings"]["encodings"].get(settings.get("encoding"), {})  # linear models and ensembles read none
    role = encoding.get("encoder")  # of wordpieces only
    return {
        "architecture": settings["architecture"],
        "title": stated["title"] or name,
        **kind.facts(),
        "settings": kind.settings_read,
        "extends": extends,
        "refits": refits,
        "seeds": list(runs),
        "deterministic": kind.deterministic or len(runs) < len(study["settings"]["seeds"]),
        "encoder": {"role": role, "resource": study["encoders"][role]} if role else None,
    }


def read_scores(comparison: pd.DataFrame, model: str, split: str) -> dict[str, dict[str, float | None]]:
    """Return metric → mean over seeds, its interval and its spread."""
    rows = comparison[(comparison["model"] == model) & (comparison["split"] == split)]
    return {
        row["metric"]: {key: None if pd.isna(row[key]) else row[key] for key in SCORE}
        | {key: None if row[key] is None else [float(end) for end in row[key]] for key in ("as_trained", "expected")}
        for row in rows.to_dict("records")
    }


def _costs(runs: Runs) -> dict[str, Any]:
    """Return parameters, times, memory, energy and devices."""
    trainings = [run["training"] for run in runs.values()]
    devices = {tuple(training.get(fact) for fact in DEVICE) for training in trainings}
    # A training on a CPU has no GPU memory.
    gpu = [training["peak_device_memory_mb"] for training in trainings if "peak_device_memory_mb" in training]
    return {
        "parameters": trainings[0]["parameters"],
        "members": trainings[0].get("members"),  # of an ensemble only
        "devices": [dict(zip(DEVICE, facts, strict=True)) for facts in sorted(devices, key=str)],
        "seconds": {
            "train": fmean(training["seconds"] for training in trainings),
            "train_low": min(training["seconds"] for training in trainings),
            "train_high": max(training["seconds"] for training in trainings),
            "cpu": fmean(training["cpu_seconds"] for training in trainings),
            "epoch": _mean([seconds for training in trainings for seconds in training["epoch_seconds"]]),
        },
        "memory_mb": {
            "peak": max(training["peak_memory_mb"] for training in trainings),
            "device": max(gpu, default=None),
        },
        "energy_joules": _mean_of_shared_keys([training["energy_joules"] for training in trainings]),
    }


def _asked(runs: Runs) -> dict[str, float] | None:
    """Return member → the share of the documents that it is asked about, mean over runs; None without members.

    All members of an ensemble answer for each document, those of a cascade only where those before them are unsure.
    """
    trainings = [run["training"] for run in runs.values()]
    members = trainings[0].get("members")
    if not members:
        return None
    shares = [training["chosen"].get("asked", dict.fromkeys(members, 1.0)) for training in trainings]
    return _mean_of_shared_keys(shares)


def _test_scores(runs: Runs) -> dict[str, Any]:
    """Return the scores on the test split that have no interval: by class, confusion, calibration, collapse."""
    tests = {seed: run["metrics"]["test"] for seed, run in runs.items()}
    per_class = [
        {
            "label": rows[0]["label"],
            "support": rows[0]["support"],
            **{key: fmean(row[key] for row in rows) for key in ("precision", "recall", "f1")},
        }
        for rows in zip(*(test["per_class"] for test in tests.values()), strict=True)
    ]
    ranked = sorted((row for row in per_class if row["support"]), key=lambda row: (row["f1"], row["label"]))
    collapses = {seed: describe_collapse(test) for seed, test in tests.items()}
    return {
        "per_class": per_class,
        "confusion": _sum_confusions(test["confusion"] for test in tests.values()),
        "best_class": ranked[-1]["label"],
        "worst_class": ranked[0]["label"],
        "expected_calibration_error": fmean(test["expected_calibration_error"] for test in tests.values()),
        "temperature": _temperature(runs),
        "collapsed": [{"seed": seed, **collapse} for seed, collapse in collapses.items() if collapse],
    }


def _sum_confusions(of_runs: Iterable[Iterable[Sequence[int]]]) -> list[list[int]]:
    """Return [true class, predicted class, documents] of each pair of classes, summed over the runs."""
    total = Counter()
    for cells in of_runs:
        for true, predicted, documents in cells:
            total[true, predicted] += documents
    return [[*pair, documents] for pair, documents in sorted(total.items())]


def _temperature(runs: Runs) -> dict[str, Any] | None:
    """Return the temperatures of the runs, with the scores before and after; None without temperature scaling."""
    fitted = [run["calibration"] for run in runs.values()]
    if fitted[0]["temperature"] is None:
        return None
    scores = {"before": [each["before"] for each in fitted], "after": [run["metrics"] for run in runs.values()]}
    return {
        "values": [each["temperature"] for each in fitted],
        "documents": fitted[0]["documents"],
        **{
            when: {
                part: {score: fmean(each[part][score] for each in found) for score in CONFIDENCE_SCORES}
                for part in ("validation", "test")
            }
            for when, found in scores.items()
        },
    }


def _course(runs: Runs) -> dict[str, Any]:
    """Return how the trainings went: their epochs, what was chosen on validation, and the diagnosis."""
    histories = [
        {
            "seed": seed,
            "best_epoch": run["training"]["best_epoch"],
            "train_accuracy": run["training"]["train_accuracy"],
            "epochs": run["history"],
        }
        for seed, run in runs.items()
        # A refit and an ensemble have no validation documents left to follow.
        if run["history"] and "validation_loss" in run["history"][0]
    ]
    trainings = {seed: run["training"] for seed, run in runs.items()}
    chosen = [training.get("chosen") for training in trainings.values()]  # a network chooses nothing for itself
    return {
        "history": histories,
        "gap": _mean([_gap(history) for history in histories]),
        "chosen": [each for each in chosen if each],
        "diagnosis": [
            f"seed {seed}: {sentence}" for seed, training in trainings.items() for sentence in training["diagnosis"]
        ],
    }


def _gap(history: Mapping[str, Any]) -> float:
    """Return train minus validation accuracy of the weights that are kept, both in evaluation mode."""
    kept = next(epoch for epoch in history["epochs"] if epoch["epoch"] == history["best_epoch"])
    return history["train_accuracy"] - kept["validation_accuracy"]


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None


def _mean_of_shared_keys(mappings: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the mean over several mappings for each key that all of them have, in the order of the first."""
    first, *others = mappings
    shared = [key for key in first if all(key in other for other in others)]
    return {key: fmean(mapping[key] for mapping in mappings) for key in shared}
