"""Archives that anybody may have written: a few kilobytes can unpack to gigabytes, and anything can be damaged."""

import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from textstudy.errors import StudyError

# What the libraries raise over damage, encryption, an unknown compression, and names that are not in UTF-8.
_DAMAGE = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError,
    RuntimeError, ValueError,
)  # fmt: skip


@contextmanager
def damage_told(archive: Path, resource: str) -> Iterator[None]:
    """Turn what is raised over an archive that cannot be read into one sentence.

    Raises:
        StudyError: it is missing or damaged.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise StudyError(f"{archive} is missing: fetch the resource {resource} again.") from error
    except _DAMAGE as error:
        raise StudyError(
            f"{archive} is truncated or damaged ({error}): delete it and fetch the resource {resource} again."
        ) from error


def find_members(contents: zipfile.ZipFile, wanted: Callable[[str], bool], largest: int) -> list[zipfile.ZipInfo]:
    """Return the members with a name that is wanted; none unpacks to more than it says.

    Raises:
        zipfile.BadZipFile: one unpacks to more than `largest` bytes.
    """
    members = [member for member in contents.infolist() if wanted(member.filename)]
    for member in members:
        if member.file_size > largest:
            raise zipfile.BadZipFile(f"{member.filename} unpacks to {member.file_size / 1e6:,.0f} MB")
    return members


class _Bounded(io.RawIOBase):
    """A stream that breaks off behind so many bytes."""

    def __init__(self, stream: IO[bytes], most: int, message: str) -> None:
        self._stream, self._left, self._message = stream, most, message

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        count = self._stream.readinto(buffer)
        self._left -= count
        if self._left < 0:
            raise StudyError(self._message)
        return count


def bounded(stream: IO[bytes], most: int, message: str) -> BinaryIO:
    """Return a stream that raises a StudyError with this message when more than `most` bytes are read."""
    return io.BufferedReader(_Bounded(stream, most, message), 1 << 16)
