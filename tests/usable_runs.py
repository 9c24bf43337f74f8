"""Small runs where a study would leave them, each with the usage.json that it predicts by."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from described_runs import write_description
from small_runs import run_of, trained_run
from textstudy.machine.stopwatch import Lap
from textstudy.runs import Run, training_record, write_run
from textstudy.settings.models.base import ModelSettings
from textstudy.settings.models.ensemble import EnsembleModel
from textstudy.storage.tables import SPLIT, write_table

CLEAN = {"headers": False, "quotes": False, "signatures": False, "blocks": False, "minimum_characters": 1}


def lay_out(results: Path, split: pd.DataFrame, models: Mapping[str, ModelSettings], encoder: Path) -> dict[str, Path]:
    """Write runs of models below `results`, with random weights where they are networks; return name → folder.

    Adapters begin as nothing, so they learn something.
    """
    write_table(split, results / "prepared/tiny/split.parquet", SPLIT)
    folders = {}
    for name, model in models.items():
        folder = results / "models/tiny" / name
        run = trained_run(
            model,
            split,
            folder,
            encoder,
            learned=model.learner != "network" or getattr(model, "lora", None) is not None,
        )
        describe(run, name)
        folders[name] = run.files.folder
    return folders


def describe(run: Run, name: str, members: Mapping[str, Path] | None = None, **more: Any) -> None:
    """Write usage.json and a card of a run."""
    files = run.files
    places = {
        "encoding": files.encoding_path,
        "features": files.features_path,
        "distilled": files.vectors_path,
        "encoder": files.encoder_folder,
        "calibration": files.calibration_path,
    }
    read = {kind: str(place) for kind, place in places.items() if place}
    joined = {name: str(folder) for name, folder in (members or {}).items()}
    (files.folder / "README.md").write_text(f"# {name}\n")
    split = str(files.folder.parents[3] / "prepared/tiny/split.parquet")
    write_description(files.folder, name, clean=CLEAN, files=read, members=joined, study="tiny", split=split, **more)


def join(folder: Path, members: Mapping[str, Path], labels: list[str], weights: Mapping[str, Any], method: str) -> Path:
    """Write an ensemble of runs with these weights; return its folder."""
    model = EnsembleModel(architecture="ensemble", members=list(members), method=method)
    run = run_of(model, folder, labels=tuple(labels))
    write_run(run, training=training_record(parameters={}, lap=Lap(0.0, 0.0, {}), load_average={}), weights=weights)
    describe(run, folder.parent.name, members)
    return folder
