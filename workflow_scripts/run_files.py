"""The files of a trained run as the library names them, from the inputs of a rule that examines it."""

from pathlib import Path
from typing import Any


def run_sources(files: Any) -> dict[str, Path | None]:
    """Return folder, encoding_folder, features_path, glove_path and encoder_folder; None for what a model lacks."""

    def folder_of(name: str) -> Path | None:
        return Path(files[name]).parent if files.get(name) else None

    return {
        "folder": folder_of("weights"),
        "encoding_folder": folder_of("encoding"),
        "features_path": files.get("features"),
        "glove_path": files.get("glove"),
        "encoder_folder": folder_of("encoder"),
    }
