"""A checksum inside each file that one step leaves for another, so that a flipped bit or a lost end is seen in time.

It is the CRC-32 of the whole file, with zeros where the checksum itself stands. It is inside the file, because rules
declare their outputs, and it depends on the content alone, because equal content must stay the same file.
"""

import mmap
import zlib
from pathlib import Path
from typing import IO

from textstudy.errors import StudyError

KEY = "checksum"
UNSEALED = "crc32:00000000"  # what a writer puts under KEY
_PREFIX, _DIGITS = b"crc32:", 8
# What stands before the digits. Only its last place in the file counts: in Parquet, Arrow and SVG it is near the end,
# and texts of a corpus cannot have a bare quotation mark in JSON, such as the header of a safetensors file.
PLAIN = _PREFIX
JSON = f'\n "{KEY}": "'.encode() + _PREFIX
TENSORS = f'"{KEY}":"'.encode() + _PREFIX


def seal(path: Path, mark: bytes) -> None:
    """Replace UNSEALED in a file that was just written by the file's checksum."""
    with path.open("r+b") as file:
        with _map(file) as content:
            digits = _find(content, mark)
            checksum = _checksum(content, digits)
        file.seek(digits.start)
        file.write(checksum)


def check_seal(path: Path | str, mark: bytes, *, remedy: str = "delete it and run again") -> None:
    """Check that a file is as it was sealed.

    Args:
        remedy: what to do about a damaged file.

    Raises:
        StudyError: the file is missing, cannot be read, or is damaged.
    """
    try:
        with Path(path).open("rb") as file, _map(file) as content:
            digits = _find(content, mark)
            intact = content[digits] == _checksum(content, digits)
    except FileNotFoundError as error:
        raise StudyError(f"{path} is missing: run the step that makes it again.") from error
    except OSError as error:
        raise StudyError(f"{path} cannot be read ({error.strerror}): fix its permissions or the disk.") from error
    except ValueError as error:
        raise StudyError(f"{path} holds no checksum, so it is damaged or from an older version: {remedy}.") from error
    if not intact:
        raise StudyError(f"{path} is damaged (its content does not fit its checksum): {remedy}.")


def _map(file: IO[bytes]) -> mmap.mmap:
    """Map a file into memory; an empty one is a ValueError."""
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _find(content: mmap.mmap, mark: bytes) -> slice:
    """Return the place of the checksum's digits; none is a ValueError."""
    found = content.rfind(mark)
    if found < 0:
        raise ValueError("no checksum")
    return slice(found + len(mark), found + len(mark) + _DIGITS)


def _checksum(content: mmap.mmap, digits: slice) -> bytes:
    with memoryview(content) as view, view[: digits.start] as before, view[digits.stop :] as after:
        return b"%08x" % zlib.crc32(after, zlib.crc32(b"0" * _DIGITS, zlib.crc32(before)))
