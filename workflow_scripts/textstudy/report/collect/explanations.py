"""The explanations of each model, from the files of its runs."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from textstudy.storage.files import read_json


def read_explanations(paths: Iterable[Path | str], tests: Iterable[Path | str]) -> dict[str, dict[str, Any]]:
    """Return model → its explanations.json with its seed and the test of its faithfulness.

    Args:
        paths: end in MODEL/SEED/FILE; of several seeds the lowest counts.
        tests: end in MODEL.json.
    """
    tested = {Path(path).stem: read_json(path) for path in tests}
    found: dict[str, tuple[int, Path]] = {}
    for path in map(Path, paths):
        model, seed = path.parts[-3], int(path.parts[-2])
        found[model] = min(found.get(model, (seed, path)), (seed, path))
    return {
        model: {"seed": seed, **read_json(path), "faithfulness": tested[model]}
        for model, (seed, path) in sorted(found.items())
    }
