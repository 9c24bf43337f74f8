"""The phases of a study, from their rankings."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from textstudy.storage.files import read_json

SHOWN = ("rank", "model", "validation_accuracy", "validation_loss", "parameters")


def read_phases(paths: Iterable[Path | str], phases: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the phases of a study in its order, each with its winner and its ranking; paths end in ranking.json."""
    found = {ranking["phase"]: ranking["ranking"] for ranking in map(read_json, paths)}
    return [
        {
            "name": phase["name"],
            "title": phase["title"] or phase["name"],
            "winner": found[phase["name"]][0]["model"],
            "ranking": [{key: row[key] for key in SHOWN} for row in found[phase["name"]]],
        }
        for phase in phases
    ]
