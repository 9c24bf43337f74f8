"""A checksum inside each file that one step leaves for another, so that a flipped bit or a lost end is seen in time.

It is the CRC-32 of the whole file, with zeros where the checksum itself stands. It is inside the file, because rules
declare their outputs, and it depends on the content alone, because equal content must stay the same file.
"""

import mmap
import sys
import zlib
from pathlib import Path
from typing import IO

from textstudy.errors import StudyError

KEY = "checksum"
UNSEALED = "crc32:00000000"  # what a writer puts under KEY
_PREFIX, _DIGITS = b"crc32:", 8
# What stands before the digits: near the end of Parquet, Arrow and SVG, where only its last place counts; at the
# beginning of safetensors. Texts of a corpus have no bare quotation mark in JSON, such as the header of the latter.
PLAIN = _PREFIX
JSON = f'\n "{KEY}": "'.encode() + _PREFIX
TENSORS = f'"{KEY}":"'.encode() + _PREFIX
_PIECE = 1 << 20  # bytes


def seal(path: Path, mark: bytes) -> None:
    """Replace UNSEALED in a file that was just written by the file's checksum."""
    with path.open("r+b") as file:
        start = _find(file, mark)
        checksum = _checksum(file, start)
        file.seek(start)
        file.write(checksum)


def check_seal(path: Path | str, mark: bytes, *, remedy: str = "delete it and run again") -> None:
    """Check that a file is as it was sealed.

    Args:
        remedy: what to do about a damaged file.

    Raises:
        StudyError: the file is missing, cannot be read, or is damaged.
    """
    try:
        with Path(path).open("rb") as file:
            start = _find(file, mark)
            file.seek(start)
            intact = file.read(_DIGITS) == _checksum(file, start)
    except FileNotFoundError as error:
        raise StudyError(f"{path} is missing: run the step that makes it again.") from error
    except OSError as error:
        raise StudyError(f"{path} cannot be read ({error.strerror}): fix its permissions or the disk.") from error
    except ValueError as error:
        raise StudyError(f"{path} holds no checksum, so it is damaged or from an older version: {remedy}.") from error
    if not intact:
        raise StudyError(f"{path} is damaged (its content does not fit its checksum): {remedy}.")


def _find(file: IO[bytes], mark: bytes) -> int:
    """Return where the digits of the checksum begin; a ValueError if there are none, as in an empty file."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        found = content.find(mark) if mark == TENSORS else content.rfind(mark)
    if found < 0:
        raise ValueError("no checksum")
    return found + len(mark)


def _checksum(file: IO[bytes], start: int) -> bytes:
    """Return the checksum of a file whose digits begin at `start`.

    It is read in pieces: a file that is mapped as a whole would count as memory of the step.
    """
    file.seek(0)
    checksum = zlib.crc32(b"0" * _DIGITS, _add(file, start, 0))
    file.seek(start + _DIGITS)
    return b"%08x" % _add(file, sys.maxsize, checksum)


def _add(file: IO[bytes], length: int, checksum: int) -> int:
    """Return `checksum` continued over the next bytes of a file, at most `length`."""
    while piece := file.read(min(_PIECE, length)):
        checksum, length = zlib.crc32(piece, checksum), length - len(piece)
    return checksum
