"""Writing files completely or not at all, and reading them."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from textstudy.errors import StudyError


@contextmanager
def atomic_path(path: Path | str) -> Iterator[Path]:
    """Yield a temporary path in the folder of `path`. It is renamed to `path` on success and removed on failure.

    Raises:
        StudyError: the disk is full or the folder is not writable.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        # mkstemp makes private files, but colleagues may read results if the umask lets them.
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    except OSError as error:
        raise StudyError(
            f"{path} cannot be written ({error.strerror or error}): free some space or fix the permissions."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path | str, value: Any) -> None:
    """Write `value` as JSON with sorted keys; NaN and infinity are a ValueError, because JSON has neither."""
    text = json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    with atomic_path(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")


def read_json(path: Path | str) -> Any:
    """Return the value of a JSON file.

    Raises:
        StudyError: the file is missing or is not JSON.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise StudyError(f"{path} is missing: run the step that makes it again.") from error
    except ValueError as error:
        raise StudyError(f"{path} is not valid JSON ({error}): delete it and run again.") from error


def write_tensors(path: Path | str, tensors: Mapping[str, Any]) -> None:
    """Write numpy arrays or torch tensors as one safetensors file."""
    import numpy
    from safetensors.numpy import save_file

    arrays = {}
    for name, tensor in tensors.items():
        array = tensor.detach().cpu().numpy() if hasattr(tensor, "detach") else tensor
        arrays[name] = numpy.ascontiguousarray(array)
    with atomic_path(path) as temporary:
        save_file(arrays, temporary)


def read_tensors(path: Path | str) -> dict[str, Any]:
    """Return the numpy arrays of a safetensors file by name.

    Raises:
        StudyError: the file is missing or damaged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return load_file(path)
    except FileNotFoundError as error:
        raise StudyError(f"{path} is missing: run the step that makes it again.") from error
    except SafetensorError as error:
        raise StudyError(f"{path} is damaged ({error}): delete it and run again.") from error


def sha256(path: Path | str) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
