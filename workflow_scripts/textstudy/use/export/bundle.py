"""A trained model as one folder, which can be copied to where it works: `textstudy export`."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from textstudy.errors import StudyError
from textstudy.runs import RunFiles, read_run
from textstudy.storage.checksums import CHECKSUMS, write_checksums
from textstudy.storage.files import sha256, write_json
from textstudy.use.bundles import MANIFEST
from textstudy.use.classifier import TextClassifier
from textstudy.use.export.copying import copy_run, needs_torch
from textstudy.use.export.parity import STRANGE, compare, demand_agreement, held_out_texts
from textstudy.use.load import find_run, load_run
from textstudy.use.usage import Usage, read_usage


def export(path: Path | str, out: Path | str, *, model: str | None = None, form: str = "onnx") -> dict[str, Any]:
    """Write a bundle and return its manifest.

    Args:
        path: as for `textstudy.load`.
        out: a folder that is not there yet.
        model: of the study.
        form: native, onnx or int8. A model that needs no torch is native in any case.

    Raises:
        StudyError: the folder is there, the model cannot have this form, or its predictions would change.
    """
    source = find_run(path, model=model)
    usage = read_usage(source)
    torch = _any_needs_torch(usage)
    form = form if torch else "native"
    texts = held_out_texts(usage)
    if form == "int8" and not texts:
        raise StudyError(
            f"{source} is away from the documents of its study (results/prepared), on which INT8 is checked: export "
            "it where it was trained."
        )
    with _new_folder(Path(out)) as folder:
        copy_run(usage, folder, form, texts)
        manifest = {
            **{key: getattr(usage, key) for key in ("model", "title", "seed", "study")},
            "format": form,
            "needs_torch": torch and form == "native",
            "comparison": _compare(load_run(source), load_run(folder), form, texts),
        }
        if form != "native":
            network = import_module("textstudy.use.export.network")
            manifest |= {"opset": network.OPSET, "exporter": network.EXPORTER}
        write_json(folder / MANIFEST, manifest)
        _write_checksums(folder)
    return manifest


def _any_needs_torch(usage: Usage) -> bool:
    run = read_run(RunFiles.from_inputs(usage.folder, usage.files))
    return needs_torch(run) or any(_any_needs_torch(read_usage(place)) for place in usage.members.values())


def _compare(original: TextClassifier, bundle: TextClassifier, form: str, texts: Sequence[str]) -> dict[str, Any]:
    """Return how far the answers of a bundle are from those that the study evaluated.

    Raises:
        StudyError: they are not the same bits from a native one; or INT8 changes too many labels.
    """
    answers = (model.predict_proba(texts or STRANGE, clean=False) for model in (original, bundle))
    found = compare(*answers) | {"held_out_documents": len(texts)}
    if form == "native" and found["largest_difference"] != 0:
        raise StudyError(f"the bundle of {original.name} predicts otherwise than its run: nothing was written.")
    if form == "int8":
        demand_agreement(original.name, found["agreement"], len(texts))
    return found


@contextmanager
def _new_folder(path: Path) -> Iterator[Path]:
    """Yield a temporary folder, which becomes `path` on success and is removed on failure.

    Raises:
        StudyError: `path` is there, or cannot be written.
    """
    if path.exists():
        raise StudyError(f"{path} is there already: name a new folder, or delete it.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as temporary:
            folder = Path(temporary) / "bundle"
            folder.mkdir()
            yield folder
            folder.rename(path)
    except OSError as error:
        raise StudyError(
            f"{path} cannot be written ({error.strerror or error}): free some space or fix the permissions."
        ) from error


def _write_checksums(folder: Path) -> None:
    """Write the digests of all files of a bundle, as `sha256sum --check` reads them."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    write_checksums(folder / CHECKSUMS, ".", {path.relative_to(folder).as_posix(): sha256(path) for path in paths})
