"""Writing files completely or not at all, and reading them."""

import fcntl
import glob
import hashlib
import json
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from textstudy.errors import StudyError
from textstudy.storage.seal import JSON, KEY, TENSORS, UNSEALED, check_seal, seal

_ITEMS = "items"  # the key of a list, which has no place for a checksum


@contextmanager
def atomic_path(path: Path | str) -> Iterator[Path]:
    """Yield a temporary path in the folder of `path`. It is renamed to `path` on success and removed on failure.

    What a killed process left of the same file is removed first.

    Raises:
        StudyError: the disk is full or the folder is not writable.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(path)
        with _temporary_file(path) as temporary:
            yield temporary
            # Temporary files are private, but colleagues may read results if the umask lets them.
            umask = os.umask(0)
            os.umask(umask)
            temporary.chmod(0o666 & ~umask)
            temporary.replace(path)
    except OSError as error:
        raise StudyError(
            f"{path} cannot be written ({error.strerror or error}): free some space or fix the permissions."
        ) from error


@contextmanager
def _temporary_file(path: Path) -> Iterator[Path]:
    """Yield a new file beside `path`, locked as long as this process lives, and remove it if it is still there."""
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.name}.", suffix=path.suffix, delete=False
    ) as file:
        _lock(file)
        try:
            yield Path(file.name)
        finally:
            Path(file.name).unlink(missing_ok=True)


def _remove_leftovers(path: Path) -> None:
    """Remove the temporary files of `path` that no living process holds, here or on another machine."""
    for leftover in path.parent.glob(f".{glob.escape(path.name)}.????????{glob.escape(path.suffix)}"):
        with suppress(OSError), leftover.open("r+b") as file:  # NFS locks only what is open for writing
            if _lock(file):
                leftover.unlink()


def _lock(file: IO[bytes]) -> bool:
    """Lock a file as long as it is open; return whether it worked: another may hold it, or the disk has no locks."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def write_json(path: Path | str, value: Any) -> None:
    """Write a mapping or a list as JSON with sorted keys and a checksum; a list is under the key "items".

    Raises:
        StudyError: as `atomic_path`.
        ValueError: there is NaN or infinity in it, which JSON does not have.
    """
    content = value if isinstance(value, Mapping) else {_ITEMS: value}
    text = json.dumps({**content, KEY: UNSEALED}, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    with atomic_path(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")
        seal(temporary, JSON)


def read_json(path: Path | str) -> Any:
    """Return what `write_json` wrote.

    Raises:
        StudyError: the file is missing or damaged.
    """
    check_seal(path, JSON)
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    del content[KEY]
    return content[_ITEMS] if content.keys() == {_ITEMS} else content


def write_tensors(path: Path | str, tensors: Mapping[str, Any], **texts: str) -> None:
    """Write numpy arrays or torch tensors, and texts by name, as one safetensors file with a checksum.

    Raises:
        StudyError: as `atomic_path`.
    """
    import numpy
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    arrays = {}
    for name, tensor in tensors.items():
        array = tensor.detach().cpu().numpy() if hasattr(tensor, "detach") else tensor
        arrays[name] = numpy.asarray(array, order="C")  # no copy of what is contiguous already, as the format wants it
    with atomic_path(path) as temporary:
        try:
            save_file(arrays, temporary, metadata={**texts, KEY: UNSEALED})
        except SafetensorError as error:
            raise OSError(str(error)) from error
        seal(temporary, TENSORS)


def read_tensors(path: Path | str, names: Collection[str] | None = None) -> dict[str, Any]:
    """Return the numpy arrays of a safetensors file by name, or these of them.

    Raises:
        StudyError: the file is missing or damaged.
    """
    from safetensors import safe_open

    check_seal(path, TENSORS)
    with safe_open(path, "numpy") as file:
        return {name: file.get_tensor(name) for name in (file.keys() if names is None else names)}


def sha256(path: Path | str) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
