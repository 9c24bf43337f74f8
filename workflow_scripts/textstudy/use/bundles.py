"""Bundles: a trained model as one folder, written by `textstudy export`, with the digests of its files."""

from pathlib import Path

from textstudy.errors import StudyError
from textstudy.storage.checksums import CHECKSUMS, check_files
from textstudy.use.usage import FILE, read_usage

MANIFEST = "bundle.json"


def is_bundle(folder: Path) -> bool:
    """Return whether a folder is a bundle."""
    return (folder / MANIFEST).is_file()


def check_bundle(folder: Path) -> None:
    """Check that the files of a bundle are those that were written, and that it reads no others.

    Raises:
        StudyError: a file is missing or was changed, or is outside the bundle.
    """
    if not (folder / CHECKSUMS).is_file():
        raise StudyError(f"{folder} has no {CHECKSUMS}, so its copy is not complete: copy the bundle again.")
    check_files(folder / CHECKSUMS, ".", came="exported", remedy="copy the bundle again")
    _check_inside(folder, folder.resolve())


def _check_inside(run: Path, bundle: Path) -> None:
    usage = read_usage(run)
    places = [*usage.files.values(), *usage.members.values(), *filter(None, (usage.stop_words, usage.graph))]
    for place in map(Path, places):
        if not place.resolve().is_relative_to(bundle):
            raise StudyError(f"{run / FILE} names {place}, which is outside the bundle: do not use it.")
    for member in usage.members.values():
        _check_inside(member, bundle)
