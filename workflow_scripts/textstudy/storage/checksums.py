"""Lists of SHA-256 digests as sha256sum(1) writes them, and the folder of a resource that one of them is about."""

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from textstudy.errors import StudyError
from textstudy.storage.files import atomic_path, sha256

CHECKSUMS = "SHA256SUMS"
RESOURCE_FILES = "files"  # the folder with the files of a resource, beside their digests


def read_checksums(listing: Path, name: str) -> dict[str, str]:
    """Return path below the folder `name` → SHA-256.

    Raises:
        StudyError: a path leads out of the folder.
    """
    sums = {}
    for line in listing.read_text(encoding="utf-8").splitlines():
        digest, _, path = line.partition(" ")
        path = PurePosixPath(path.lstrip(" *"))
        if path.is_relative_to(name):
            below = path.relative_to(name)
            if below.is_absolute() or ".." in below.parts:
                raise StudyError(f"{listing} lists {str(path)!r}, which is outside its folder: correct that line.")
            sums[str(below)] = digest.lower()
    return sums


def write_checksums(listing: Path, name: str, sums: Mapping[str, str]) -> None:
    """Write the digests of files below the folder `name`, path → SHA-256."""
    with atomic_path(listing) as temporary:
        lines = (f"{digest}  {PurePosixPath(name, path)}\n" for path, digest in sorted(sums.items()))
        temporary.write_text("".join(lines), encoding="utf-8")


def check_resources(inputs: Iterable[str]) -> None:
    """Check the files of each resource whose digests are among the inputs of a job.

    Raises:
        StudyError: a file is missing, or is not the one that was fetched.
    """
    for listing in (Path(path) for path in inputs if Path(path).name == CHECKSUMS):
        remedy = f"delete {listing.parent} and run again, then it is fetched anew"
        check_files(listing, RESOURCE_FILES, came="fetched", remedy=remedy)


def check_files(listing: Path, name: str, *, came: str, remedy: str) -> None:
    """Check the files below the folder `name` against their digests.

    Args:
        came: how the files came there, and `remedy`: what to do about one that is not there, for the message.

    Raises:
        StudyError: a file is missing, or has another digest.
    """
    for path, digest in read_checksums(listing, name).items():
        file = listing.parent / name / path
        if not file.is_file() or sha256(file) != digest:
            what = f"is not the file that was {came}" if file.is_file() else "is missing"
            raise StudyError(f"{file} {what}: {remedy}.")
