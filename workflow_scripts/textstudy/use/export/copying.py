"""What a run predicts with, in a folder of its own: the folder of a run that no other file is needed for."""

import shutil
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path

from textstudy.errors import StudyError
from textstudy.prepare.content_words import ARCHIVE
from textstudy.runs import Run, RunFiles, read_run
from textstudy.storage.files import read_tensors, write_json, write_tensors
from textstudy.use.usage import FILE, Usage, read_usage

_RUN = ("settings.json", "README.md", "calibration.json")
# Each where the kind of model has it.
_MODEL = ("weights.safetensors", "vocabulary.json", "classifier.json", "prompt.json")
_ENCODING = ("encoding.json", "vocabulary.json", "idf.safetensors")
_ENCODER = (".json", ".txt", ".model", ".safetensors")  # configuration, tokenizer, weights


def copy_run(usage: Usage, folder: Path, form: str, texts: Sequence[str]) -> None:
    """Write a run to `folder`, and the runs that it joins below that. What needs no torch is native in every form.

    Args:
        form: native, onnx or int8.
        texts: clean ones, on which graphs are compared with their networks.

    Raises:
        StudyError: a graph is another model than its network, or there is none of a language model.
    """
    run = read_run(RunFiles.from_inputs(usage.folder, usage.files))
    as_graph = form != "native" and needs_torch(run)
    if as_graph and run.facts.learner == "prompted":
        raise StudyError(f"{usage.model} asks a language model, of which there is no graph: export it as native.")
    _copy(usage.folder, folder, _RUN if as_graph else (*_RUN, *_MODEL))
    files = _copy_read(run.files, folder)
    if as_graph:
        graphs, graph = import_module("textstudy.use.export.graphs"), folder / "network.onnx"
        if usage.members:
            graphs.write_checked_combiner(usage.model, run, graph, members=len(usage.members))
        else:
            graphs.write_checked_graph(usage.model, run, graph, int8=form == "int8", texts=texts)
    else:
        files |= _copy_for_torch(run.files, folder)
    if usage.stop_words:
        _copy(usage.stop_words, folder / "stop_words", [ARCHIVE])
    for name, place in usage.members.items():
        copy_run(read_usage(place), folder / "members" / name, form, texts)
    described = {
        **{key: getattr(usage, key) for key in ("model", "title", "seed", "study", "clean", "columns")},
        "stop_words": "stop_words" if usage.stop_words else None,
        "files": files,
        "members": [{"name": name, "folder": f"members/{name}"} for name in usage.members],
        "graph": "network.onnx" if as_graph else None,
        "int8": as_graph and form == "int8",
    }
    write_json(folder / FILE, described)


def needs_torch(run: Run) -> bool:
    """Return whether a run is a network, or joins its members by one."""
    return run.facts.uses_torch or run.settings.get("method") == "learned"


def _copy_read(files: RunFiles, folder: Path) -> dict[str, str]:
    """Copy what a run reads in every form, and return kind → file, as in usage.json."""
    found = {}
    if files.encoding_folder is not None:
        _copy(files.encoding_folder, folder / "encoding", _ENCODING)
        found["encoding"] = "encoding/encoding.arrow"  # not there: a prediction reads no document of the corpus
    if files.calibration_path is not None:
        found["calibration"] = files.calibration_path.name
    return found


def _copy_for_torch(files: RunFiles, folder: Path) -> dict[str, str]:
    """Copy what torch reads to build a network, and return kind → file or folder."""
    found = {}
    if files.encoder_folder is not None:
        names = (path.name for path in files.encoder_folder.iterdir() if path.suffix in _ENCODER)
        _copy(files.encoder_folder, folder / "encoder", names)
        found["encoder"] = "encoder"
    if files.vectors_path is not None:
        _copy(files.vectors_path.parent, folder, [files.vectors_path.name])
        found[files.vectors_path.stem.partition("-")[0]] = files.vectors_path.name
    if files.features_path is not None:
        # Their width is all that counts; the states of the corpus' documents stay where they are.
        states = {name: values[:0] for name, values in read_tensors(files.features_path).items()}
        write_tensors(folder / "features.safetensors", states)
        found["features"] = "features.safetensors"
    return found


def _copy(source: Path, folder: Path, names: Iterable[str]) -> None:
    """Copy those of these files that are there."""
    for name in names:
        if (source / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, folder / name)
