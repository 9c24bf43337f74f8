"""The files of a folder of texts. Imports little, because Snakemake uses it to parse the workflow."""

import hashlib
import os
from pathlib import Path

from textstudy.errors import StudyError

FORMATS = (".csv", ".tsv", ".jsonl", ".parquet")

_LEFTOVERS = {"__MACOSX", "__pycache__", "_temporary", "_delta_log"}  # folders that programs leave behind


def table_format(path: Path) -> str | None:
    """Return the one of FORMATS that the name of a file ends with, before any .gz, or None."""
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    return suffixes[-1] if suffixes and suffixes[-1] in FORMATS else None


def list_files(folder: Path) -> tuple[list[str], dict[str, str]]:
    """Return the files below a folder as relative paths in sorted order, and what is passed over → why.

    Links are followed; a folder that several lead to is read once. Hidden files, and those without an ending that begin
    with "_" (`_SUCCESS`), are not among the files.

    Raises:
        StudyError: a folder cannot be opened.
    """
    files: list[str] = []
    passed_over: dict[str, str] = {}
    try:
        _walk(str(folder), "", set(), files, passed_over)
    except OSError as error:
        raise StudyError(f"{error.filename} cannot be read ({error.strerror}): fix its permissions.") from error
    return sorted(files, key=lambda path: path.split("/")), passed_over


def _walk(folder: str, prefix: str, seen: set[tuple[int, int]], files: list[str], passed_over: dict[str, str]) -> None:
    status = os.stat(folder)
    if (status.st_dev, status.st_ino) in seen:
        passed_over[prefix] = "a link to a folder that is read already"
        return
    seen.add((status.st_dev, status.st_ino))
    with os.scandir(folder) as entries:
        folders = []
        for entry in entries:
            is_folder = entry.is_dir()
            if _is_hidden(entry.name, is_folder=is_folder):
                continue
            if is_folder:
                folders.append((entry.is_symlink(), entry.name))
            elif entry.is_file():
                files.append(prefix + entry.name)
            else:
                passed_over[prefix + entry.name] = "a link that leads nowhere" if entry.is_symlink() else "no file"
    for _, name in sorted(folders):  # links come last, so that a folder keeps its own name
        _walk(f"{folder}/{name}", f"{prefix}{name}/", seen, files, passed_over)


def _is_hidden(name: str, *, is_folder: bool) -> bool:
    if is_folder:
        return name.startswith(".") or name in _LEFTOVERS
    return name.startswith((".", "~$")) or (name.startswith("_") and not Path(name).suffix)


def table_files(folder: Path) -> tuple[list[Path], dict[str, str]]:
    """Return the files with tables in a folder and its subfolders, sorted, and what is passed over → why.

    Raises:
        StudyError: a name has braces, which Snakemake would take for a wildcard.
    """
    names, passed_over = list_files(folder)
    for name in names:
        if not table_format(Path(name)):
            passed_over[name] = "an archive; unpack it" if name.lower().endswith(".zip") else "no table"
    files = [folder / name for name in names if name not in passed_over]
    for file in files:
        if "{" in str(file):
            raise StudyError(
                f"{file} cannot be read, because braces are wildcards to Snakemake: rename the file or folder."
            )
    return files, passed_over


def fingerprint(folder: Path) -> str:
    """Return a digest of the names, sizes and time stamps of all files below a folder, which are too many to list."""
    digest = hashlib.sha256()
    for name in list_files(folder)[0]:
        status = os.stat(f"{folder}/{name}")
        digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
