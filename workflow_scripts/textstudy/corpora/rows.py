"""The rows of files of text: JSON Lines, and cells between commas or tabs."""

import csv
import io
import itertools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from textstudy.errors import StudyError

Row = Mapping[str, Any]

_LONGEST_CELL = 100_000_000  # characters; what is longer runs on from a quotation mark that is never closed


def separated_rows(stream: BinaryIO, path: Path, separator: str) -> Iterator[Row]:
    """Yield the rows of a CSV or TSV file under the names of its first line; cells are text, a missing one is "".

    Args:
        stream: what the file holds.
        path: names the file to people.
        separator: what stands between two cells.

    Raises:
        StudyError: nothing in the file, a row of more cells than names, a quotation mark astray.
        UnicodeDecodeError: it is not in UTF-8.
    """
    csv.field_size_limit(_LONGEST_CELL)
    # Strict, for a lenient reader takes a quotation mark astray and all rows down to the next one for a single cell.
    reader = csv.reader(io.TextIOWrapper(stream, "utf-8-sig", newline=""), delimiter=separator, strict=True)
    names, line = [], 1  # the line where the row to be read begins
    try:
        for row in reader:
            place, line = line, reader.line_num + 1
            if len(row) < 2 and not "".join(row).strip():
                continue
            if not names:
                names = [f"{name}.{column}" if name in row[:column] else name for column, name in enumerate(row)]
                continue
            if len(row) > len(names):
                raise StudyError(
                    f"the row on line {place} of {path} has {len(row)} cells, the first line {len(names)} names: "
                    "put cells that hold the separator in quotation marks."
                )
            yield dict(itertools.zip_longest(names, row, fillvalue=""))
    except csv.Error as error:
        raise StudyError(
            f"the row on line {line} of {path} has a cell that a quotation mark opens and none closes where it ends "
            f"({error}): drop that mark, or put the cell in marks and double those inside."
        ) from error
    if not names:
        raise StudyError(f"{path} is empty: give it a first line of names and some rows.")


def json_rows(stream: BinaryIO, path: Path) -> Iterator[Row]:
    """Yield the object on each line that is not blank.

    Args:
        stream: what the file holds.
        path: names the file to people.

    Raises:
        StudyError: a line is no JSON, or no object.
        UnicodeDecodeError: it is not in UTF-8.
    """
    for number, line in enumerate(stream, start=1):
        if line.strip():
            yield _json_row(line, number, path)


def _json_row(line: bytes, number: int, path: Path) -> Row:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise
    except ValueError as error:
        raise StudyError(f"line {number} of {path} is not JSON ({error}): each line is to be one object.") from error
    if not isinstance(row, dict):
        raise StudyError(f"line {number} of {path} is {type(row).__name__}, not an object with named values.")
    return row
