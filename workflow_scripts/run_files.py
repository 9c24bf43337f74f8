"""Trained runs as the library takes them, from the inputs of a rule that examines them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from textstudy.storage.files import read_json
from textstudy.storage.tables import PREDICTIONS, read_table


def run_sources(files: Any) -> dict[str, Any]:
    """Return settings, folder, encoding_folder, features_path, glove_path, encoder_folder; None for those it lacks."""

    def folder_of(name: str) -> Path | None:
        return Path(files[name]).parent if files.get(name) else None

    return {
        "settings": read_json(files.settings)["settings"],
        "folder": folder_of("weights"),
        "encoding_folder": folder_of("encoding"),
        "features_path": files.get("features"),
        "glove_path": files.get("glove"),
        "encoder_folder": folder_of("encoder"),
    }


def predictions_by_model(runs: Sequence[tuple[str, int]], paths: Sequence[str]) -> dict[str, list[pd.DataFrame]]:
    """Return model → the predictions of each of its runs, by seed; `runs` are (model, seed), one for each path."""
    found: dict[str, list[pd.DataFrame]] = {}
    for (model, _), path in sorted(zip(map(tuple, runs), paths, strict=True)):
        found.setdefault(model, []).append(read_table(path, PREDICTIONS))
    return found
