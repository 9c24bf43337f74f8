"""Bytes that are not UTF-8: marked where they stand, so that only the rows that hold them cannot be read."""

import codecs
import io
from typing import BinaryIO

MARK = "\ufdd0"  # Unicode keeps this code point for the inside of programs; no text has it
_PIECE = 1 << 16  # bytes

codecs.register_error("textstudy.mark", lambda error: (MARK, error.end))


def shown(text: str) -> str:
    """Return the text as a reader may see it."""
    return text.replace(MARK, "\N{REPLACEMENT CHARACTER}")


class _Marked(io.RawIOBase):
    """A stream in UTF-8, whatever the one is that it reads."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._left = stream, b""
        self._decoder = codecs.getincrementaldecoder("utf-8")("textstudy.mark")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        ended = False
        while not self._left and not ended:
            piece = self._stream.read(_PIECE)
            ended = not piece
            self._left = self._decoder.decode(piece, ended).encode()
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count


def marked(stream: BinaryIO) -> BinaryIO:
    """Return the stream with MARK in place of the bytes that are not UTF-8."""
    return io.BufferedReader(_Marked(stream), 2 * _PIECE)
