"""Answers as CSV, JSON Lines or Parquet; a file of them that was not finished can go on where it stopped."""

import csv
import fcntl
import io
import itertools
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import pyarrow as pa
from pyarrow.parquet import ParquetWriter

from textstudy.corpora.rows import CHUNK
from textstudy.errors import StudyError
from textstudy.storage.files import atomic_path, read_json, write_json
from textstudy.storage.spreadsheet import escape_cell


class Answer(NamedTuple):
    """What a model says of a row; None for what it cannot say."""

    id: str
    label: str | None
    probability: float | None
    unsure: bool | None
    note: str


_SCHEMA = pa.schema(
    {"id": pa.string(), "label": pa.string(), "probability": pa.float32(), "unsure": pa.bool_(), "note": pa.string()}
)
Write = Callable[[Sequence[Answer]], bytes]


def as_csv(answers: Sequence[Answer]) -> bytes:
    """Return lines of CSV without formulas; what is not known is an empty cell."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_cell(value) for value in answer] for answer in answers)
    return text.getvalue().encode()


def as_json(answers: Sequence[Answer]) -> bytes:
    """Return a JSON object on each line."""
    return "".join(json.dumps(answer._asdict(), ensure_ascii=False) + "\n" for answer in answers).encode()


_HEADER = ",".join(Answer._fields).encode() + b"\r\n"
_BYTE_ORDER = "\ufeff".encode()  # by which spreadsheets know UTF-8
# ending → how a file begins, and what stands in it while it is written; Parquet cannot go on where it stopped
_FORMATS: dict[str, tuple[bytes, Write]] = {
    ".csv": (_BYTE_ORDER + _HEADER, as_csv),
    ".jsonl": (b"", as_json),
    ".parquet": (b"", as_json),
}


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else escape_cell(value) if isinstance(value, str) else str(value)


class Printed:
    """Answers on standard output, which nothing goes on with."""

    batches, counts = 0, {}

    def add(self, answers: Sequence[Answer], counts: Mapping[str, int]) -> None:
        """Print one batch."""
        sys.stdout.buffer.write(as_csv(answers))
        sys.stdout.buffer.flush()


@contextmanager
def printed() -> Iterator[Printed]:
    """Yield what takes answers to standard output, as CSV."""
    sys.stdout.buffer.write(_HEADER)
    yield Printed()


class Unfinished:
    """The file of answers that are there so far.

    Attributes:
        batches: of rows that are answered.
        counts: that were kept with the last of them.
    """

    def __init__(self, file: BinaryIO, state_path: Path, job: Mapping[str, Any] | None, write: Write) -> None:
        self._file, self._state_path, self._job, self._write = file, state_path, job, write
        self.batches, self.counts = 0, {}

    def go_on(self, state: Mapping[str, Any]) -> None:
        """Begin behind the last whole batch."""
        self._file.truncate(state["bytes"])
        self.batches, self.counts = state["batches"], state["counts"]

    def add(self, answers: Sequence[Answer], counts: Mapping[str, int]) -> None:
        """Write one batch, and then that it is there."""
        with _told(self._state_path):
            self._file.write(self._write(answers))
            self._file.flush()
        self.batches += 1
        state = {"job": self._job, "batches": self.batches, "bytes": self._file.tell(), "counts": dict(counts)}
        write_json(self._state_path, state)


@contextmanager
def unfinished(output: Path, job: Mapping[str, Any] | None, tell: Callable[[str], None]) -> Iterator[Unfinished]:
    """Yield OUTPUT.part, to be written; it becomes `output` in the end, and stays where it is after an interruption.

    Args:
        output: a .csv, .jsonl or .parquet file.
        job: what decides the answers. Of another job nothing is used, and if it is None, of none.
        tell: takes a sentence about what is there already.

    Raises:
        StudyError: the file has another ending, cannot be written, or is being written by another process.
    """
    if output.suffix.lower() not in _FORMATS:
        raise StudyError(f"{output} has no known format: let it end in {', '.join(_FORMATS)}.")
    head, write = _FORMATS[output.suffix.lower()]
    part, state_path = (output.with_name(f"{output.name}.part{more}") for more in ("", ".json"))
    with _told(output):
        part.parent.mkdir(parents=True, exist_ok=True)
        file = part.open("a+b")
    with file:
        _lock(file, part)
        made = Unfinished(file, state_path, job, write)
        known = _read_state(state_path) if file.tell() else None
        if known and job and known["job"] == job and known["bytes"] <= file.tell():
            made.go_on(known)
            tell(f"{part} goes on behind the {known['counts']['rows']:,} rows that are answered.")
        else:
            if known:
                tell(f"{part} is of another input, model or option, so it starts anew.")
            file.truncate(0)
            file.write(head)
        try:
            yield made
        except KeyboardInterrupt:
            raise StudyError(f"stopped; the same command goes on with {part}.") from None
        with _told(output):
            file.flush()
            os.fsync(file.fileno())
            _finish(part, output)
            state_path.unlink(missing_ok=True)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise StudyError(f"{path} cannot be written ({reason}): free some space, or name another place.") from error


def _lock(file: BinaryIO, part: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StudyError(f"{part} is being written by another process: wait for it, or name another output.") from None


def _read_state(path: Path) -> dict[str, Any] | None:
    try:
        return read_json(path)
    except StudyError:
        return None


def _finish(part: Path, output: Path) -> None:
    """Rename the part, or write its answers as Parquet."""
    if output.suffix.lower() != ".parquet":
        part.replace(output)
        return
    with (
        part.open(encoding="utf-8") as lines,
        atomic_path(output) as temporary,
        ParquetWriter(temporary, _SCHEMA) as to,
    ):
        answers = map(json.loads, lines)
        while chunk := list(itertools.islice(answers, CHUNK)):
            to.write_table(pa.Table.from_pylist(chunk, _SCHEMA))
    part.unlink()
