"""Bundles: a trained model as one folder, written by `textstudy export`, with the digests of its files."""

from pathlib import Path

from textstudy.errors import StudyError
from textstudy.storage.checksums import CHECKSUMS, read_checksums
from textstudy.storage.files import sha256

MANIFEST = "bundle.json"


def is_bundle(folder: Path) -> bool:
    """Return whether a folder is a bundle."""
    return (folder / MANIFEST).is_file()


def check_bundle(folder: Path) -> None:
    """Check that the files of a bundle are those that were written.

    Raises:
        StudyError: a file is missing or was changed.
    """
    if not (folder / CHECKSUMS).is_file():
        raise StudyError(f"{folder} has no {CHECKSUMS}, so its copy is not complete: copy the bundle again.")
    for path, digest in read_checksums(folder / CHECKSUMS, ".").items():
        file = folder / path
        if not file.is_file() or sha256(file) != digest:
            what = "is not the file that was exported" if file.is_file() else "is missing"
            raise StudyError(f"{file} {what}: copy the bundle again.")
