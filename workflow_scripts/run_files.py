"""A trained run as the library takes it, from the inputs of a rule that examines it."""

from pathlib import Path
from typing import Any

from textstudy.files import read_json


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
