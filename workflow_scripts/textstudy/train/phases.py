"""Which model wins a phase, by validation over all its seeds; the test split is not read."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from textstudy.storage.files import read_json


def rank(runs: Sequence[tuple[str, Path]]) -> list[dict[str, Any]]:
    """Return the models of a phase, best first, by their mean validation accuracy over seeds.

    Ties go to the lower validation loss where all minimise the same (losses with different label smoothing or class
    weights do not compare), then to fewer parameters, then to the name.

    Args:
        runs: (model, folder of a run), one for each model and seed.

    Returns:
        One mapping per model: `rank` (from 1), `model`, `validation_accuracy` and `validation_loss` (each with `mean`,
        `spread` (the standard deviation over seeds, None for one seed) and `by_run`), `parameters`, `settings`. They
        are those of the epochs whose weights are kept.
    """
    found: dict[str, list[Path]] = {}
    for model, folder in runs:
        found.setdefault(model, []).append(Path(folder))
    rows = [_row(model, folders) for model, folders in found.items()]
    trainings = [row["settings"].get("training", {}) for row in rows]
    comparable = len({(each.get("label_smoothing"), each.get("class_weights")) for each in trainings}) == 1
    rows.sort(key=partial(_order, comparable=comparable))
    return [{"rank": place, **row} for place, row in enumerate(rows, start=1)]


def _row(model: str, folders: Sequence[Path]) -> dict[str, Any]:
    trainings = [read_json(folder / "training.json") for folder in folders]
    histories = [read_json(folder / "history.json") for folder in folders]
    kept = [history[training["best_epoch"] - 1] for history, training in zip(histories, trainings, strict=True)]
    return {
        "model": model,
        "validation_accuracy": _summary([epoch["validation_accuracy"] for epoch in kept]),
        "validation_loss": _summary([epoch["validation_loss"] for epoch in kept]),
        "parameters": trainings[0]["parameters"],
        "settings": read_json(folders[0] / "settings.json")["settings"],
    }


def _summary(values: Sequence[float]) -> dict[str, Any]:
    return {"mean": fmean(values), "spread": stdev(values) if len(values) > 1 else None, "by_run": list(values)}


def _order(row: Mapping[str, Any], *, comparable: bool) -> tuple[float, float, int, str]:
    accuracy, loss = (row[key]["mean"] for key in ("validation_accuracy", "validation_loss"))
    return (-accuracy, loss if comparable else 0.0, row["parameters"]["total"], row["model"])
