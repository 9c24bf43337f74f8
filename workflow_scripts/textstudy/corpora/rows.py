"""Rows of text files in batches: JSON Lines, CSV and TSV."""

import gzip
import io
import itertools
import json
import logging
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from textstudy.corpora.faults import Faults
from textstudy.corpora.quoted import quoted_rows
from textstudy.errors import StudyError

Row = Mapping[str, Any]

CHUNK = 10_000  # rows of a batch; bounds the memory that a sampled file needs

_logger = logging.getLogger(__name__)
_HEAD = 1_000_000  # bytes of a file that show how it is written


@dataclass(frozen=True)
class Batch:
    """Some rows of a table.

    Attributes:
        names: all columns that the table has.
        columns: those that are read: name → a cell for each row, as a sequence or an Arrow array.
        rows: how many rows there are.
        lines: the line of a text file on which each row begins, counted from 1; None where there are no lines.
        separator: the character between quoted cells; None where there are none.
    """

    names: Sequence[str]
    columns: Mapping[str, Any]
    rows: int
    lines: Sequence[int] | None = None
    separator: str | None = None

    def as_rows(self) -> Iterator[Row]:
        """Yield each row as column → cell."""
        columns = [cells if isinstance(cells, Sequence) else cells.to_pylist() for cells in self.columns.values()]
        return (dict(zip(self.columns, cells, strict=True)) for cells in zip(*columns, strict=True))


def separated_batches(
    stream: BinaryIO, path: Path, separator: str, *, quoting: bool, faults: Faults
) -> Iterator[Batch]:
    """Yield the rows of a CSV or TSV file; a missing cell is "".

    Args:
        stream: the content of the file.
        path: the file, for error messages.
        separator: the character between two cells.
        quoting: whether a cell that begins with a quotation mark ends with the next one, and may hold the separator and
            line breaks. Without quoting each line is a row.
        faults: takes the rows that cannot be read.

    Raises:
        StudyError: the file is empty, or two columns have one name.
        UnicodeDecodeError: the file is not in UTF-8.
    """
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="" if quoting else "\n")
    rows = quoted_rows(text, separator, faults) if quoting else _plain_rows(text, separator)
    rows = ((line, row) for line, row in rows if len(row) > 1 or "".join(row).strip())
    names = next(rows, (0, None))[1]
    if names is None:
        faults.check()
        raise StudyError(f"{path} is empty: add a first line with column names, and rows below it.")
    check_names(names, path)
    fitting = _fitting_rows(rows, len(names), quoting=quoting, faults=faults)
    warned = quoting
    while chunk := list(itertools.islice(fitting, CHUNK)):
        lines, cells = zip(*chunk, strict=True)
        columns = dict(zip(names, zip(*cells, strict=True), strict=True))
        if not warned and any(_looks_quoted(cell) for cells in columns.values() for cell in cells):
            warned = True
            _logger.warning(
                "Cells of %s stand in quotation marks, which stay in the texts: set `quoting: true` to remove them",
                path,
            )
        yield Batch(names, columns, len(chunk), lines, separator if quoting else None)


def check_names(names: Sequence[str], path: Path | str) -> None:
    """Check that no two columns have one name; several may have none.

    Raises:
        StudyError: two have.
    """
    twice = [name for name, count in Counter(names).items() if count > 1 and name.strip()]
    if twice:
        raise StudyError(f"{path} has two columns of the name {twice[0]!r}: rename or remove one of them.")


def _plain_rows(text: io.TextIOWrapper, separator: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text, start=1):
        yield number, line.rstrip("\r\n").split(separator)


def _fitting_rows(
    rows: Iterable[tuple[int, list[str]]], width: int, *, quoting: bool, faults: Faults
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with a cell for each column. A quoted row that ends early has gaps; of a plain one it is a fault.

    A plain row that ends early is what a line break within a text leaves.
    """
    for line, row in rows:
        if len(row) < width and quoting:
            row.extend([""] * (width - len(row)))
        if len(row) != width:
            faults.add(
                f"line {line}",
                f"has {len(row)} cell{'s' if len(row) != 1 else ''}, but the first line names {width} columns",
                "put cells that contain the separator in quotation marks"
                if quoting
                else "take the separators and line breaks out of the cells, or set `quoting: true` if the cells that "
                "hold them stand in quotation marks",
            )
            continue
        yield line, row


def is_quoted(path: Path) -> bool:
    """Whether the first rows of a TSV file seem to be written with quotation marks around some cells.

    They can be read in that way without a fault, and either not in the other way, or marks inside are doubled.
    """
    with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as stream:
        head = stream.read(_HEAD)
    head = head[: head.rfind(b"\n") + 1] or head
    if b'"' not in head:
        return False
    found = {}
    for quoting in (True, False):
        faults = Faults(str(path))
        try:
            batches = list(separated_batches(io.BytesIO(head), path, "\t", quoting=quoting, faults=faults))
        except (StudyError, UnicodeDecodeError):
            return False
        found[quoting] = faults.count, batches
    # The last row may be cut off within a cell.
    return found[True][0] <= 1 and (
        found[False][0] > found[True][0]
        or any(_looks_quoted(cell) for batch in found[False][1] for cells in batch.columns.values() for cell in cells)
    )


def _looks_quoted(cell: str) -> bool:
    """Whether a cell that was read without quoting stands in quotation marks and doubles those inside."""
    inner = cell[1:-1]
    return len(cell) > 3 and cell[0] == cell[-1] == '"' and '""' in inner and '"' not in inner.replace('""', "")


def json_batches(stream: BinaryIO, columns: Collection[str] | None, faults: Faults) -> Iterator[Batch]:
    """Yield the objects on the lines that are not blank.

    Args:
        stream: the content of the file.
        columns: the keys to read; None for all.
        faults: takes the lines that are no JSON object.

    Raises:
        UnicodeDecodeError: the file is not in UTF-8.
    """
    rows = _json_rows(stream, faults)
    while chunk := list(itertools.islice(rows, CHUNK)):
        lines, objects = zip(*chunk, strict=True)
        names = list(dict.fromkeys(itertools.chain.from_iterable(objects)))
        read = names if columns is None else [name for name in names if name in columns]
        yield Batch(names, {name: [row.get(name) for row in objects] for name in read}, len(chunk), lines)


def _json_rows(stream: BinaryIO, faults: Faults) -> Iterator[tuple[int, Row]]:
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8-sig"), object_pairs_hook=_object)
        except UnicodeDecodeError:
            raise
        except (ValueError, RecursionError) as error:
            faults.add(f"line {number}", f"is not JSON ({error})", "put one object on each line")
            continue
        if not isinstance(row, dict):
            faults.add(f"line {number}", f"is a {type(row).__name__}", "put one object on each line")
            continue
        yield number, row


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f"the key {twice!r} stands twice")
    return found
