"""usage.json of a run: what a program needs to predict with it, beside the files that the training left."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textstudy.errors import StudyError
from textstudy.storage.files import read_json, write_json

FILE = "usage.json"
COLUMNS = ("text", "title", "identifier")


@dataclass(frozen=True)
class Usage:
    """How a run is used.

    Attributes:
        folder: of the run.
        model: its name in the study.
        title: its name for readers.
        seed: of its training.
        study: the name of a study that it belongs to.
        clean: settings of the cleaning that its texts went through.
        columns: role → column of the corpus: `text`, `title`, `identifier`, those that it has.
        stop_words: folder of the list of stop words, where cleaning takes these out.
        files: kind → file or folder that a prediction reads beside the run, by the names of `RunFiles.from_inputs`.
        members: name → folder of each run that an ensemble joins, in order.
        split: the table of the prepared documents; None where the model left the project that it comes from.
        held_out: its parts that new documents are compared with.
        deduplicate: settings by which those documents lost their duplicates.
        graph: the network as an ONNX graph, in a bundle that predicts without torch.
        int8: whether the graph computes in 8 bits.
        label_names: value in the label column of the corpus → name of the class, where they differ.
    """

    folder: Path
    model: str
    title: str
    seed: int
    study: str
    clean: Mapping[str, Any]
    columns: Mapping[str, Any]
    stop_words: Path | None
    files: Mapping[str, str]
    members: Mapping[str, Path]
    split: Path | None
    held_out: Sequence[str]
    deduplicate: Mapping[str, Any]
    label_names: Mapping[str, str]
    graph: Path | None = None
    int8: bool = False


def write_usage(path: Path | str, described: Mapping[str, Any]) -> None:
    """Write usage.json into the folder of a run, with all paths relative to it, so that a project can be moved.

    Args:
        path: usage.json in the folder of the run.
        described: what the study states of the run (`workflow.card.describe_run`).
    """
    folder, preparation = Path(path).parent, described["preparation"]
    corpus = preparation["corpus"]

    def near(place: str) -> str:
        return Path(os.path.relpath(place, folder)).as_posix()

    write_json(
        path,
        {
            **{key: described[key] for key in ("model", "title", "seed", "study")},
            "clean": preparation["clean"],
            "columns": {role: corpus[role] for role in COLUMNS if corpus.get(role)},
            "label_names": corpus.get("labels") or {},
            "deduplicate": preparation["deduplicate"],
            "stop_words": described["stop_words"] and near(described["stop_words"]),
            "files": {kind: near(place) for kind, place in described["files"].items()},
            "members": [{"name": name, "folder": near(place)} for name, place in described["members"].items()],
            "split": near(described["split"]),
            "held_out": _held_out(described),
        },
    )


def _held_out(described: Mapping[str, Any]) -> list[str]:
    """Return the parts that a model was not made from and that were drawn alike, as a later test set is not.

    Ensembles and refits learn from validation documents.
    """
    split = described["preparation"]["split"]
    alike = split["test"] != "official" and split["by"] != "time"
    return ["validation", "test"] if alike and not described["refits"] and not described["members"] else ["test"]


def read_usage(folder: Path | str) -> Usage:
    """Return how the run in a folder is used.

    Raises:
        StudyError: there is no usage.json, which the report's steps write.
    """
    folder = Path(folder)
    if not (folder / FILE).is_file():
        raise StudyError(f"{folder} has no {FILE}, which says what the run predicts with: run `make report` again.")
    found = read_json(folder / FILE)
    return Usage(
        folder=folder,
        **{key: found[key] for key in ("model", "title", "seed", "study", "clean")},
        columns=found.get("columns", {}),
        label_names=found.get("label_names", {}),
        split=folder / found["split"] if "split" in found else None,
        held_out=found.get("held_out", []),
        deduplicate=found.get("deduplicate", {}),
        stop_words=folder / found["stop_words"] if found["stop_words"] else None,
        files={kind: str(folder / place) for kind, place in found["files"].items()},
        members={member["name"]: folder / member["folder"] for member in found["members"]},
        graph=folder / found["graph"] if found.get("graph") else None,
        int8=found.get("int8", False),
    )
