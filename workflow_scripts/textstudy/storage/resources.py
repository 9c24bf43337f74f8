"""The files of a fetched resource, which are those that its manifest lists and no others in its folder."""

from pathlib import Path

from textstudy.errors import StudyError
from textstudy.storage.files import read_json, sha256


def resource_files(folder: Path) -> list[Path]:
    """Return the files of the resource in `folder`, sorted.

    Raises:
        StudyError: a file is missing, or is not the one that was fetched.
    """
    manifest = folder / "manifest.json"
    listed = read_json(manifest)["files"]
    for name, fetched in listed.items():
        path = folder / name
        if not path.is_file() or sha256(path) != fetched["sha256"]:
            raise StudyError(f"{path} is not the file that was fetched: delete {manifest} and run again.")
    return sorted(folder / name for name in listed)
