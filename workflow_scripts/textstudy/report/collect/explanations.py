"""The explanations of each model, from the files of its runs."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from textstudy.storage.files import read_json


def read_explanations(paths: Iterable[Path | str]) -> dict[str, dict[str, Any]]:
    """Return model → its explanations.json with its seed, the lowest one of several; paths end in MODEL/SEED/FILE."""
    found: dict[str, tuple[int, Path]] = {}
    for path in map(Path, paths):
        model, seed = path.parts[-3], int(path.parts[-2])
        found[model] = min(found.get(model, (seed, path)), (seed, path))
    return {model: {"seed": seed, **read_json(path)} for model, (seed, path) in sorted(found.items())}
