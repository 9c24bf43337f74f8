"""Rows of text files: JSON Lines, CSV and TSV."""

import csv
import io
import itertools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from textstudy.errors import StudyError

Row = Mapping[str, Any]

_LONGEST_CELL = 100_000_000  # characters; a longer cell comes from a quotation mark that is never closed


def separated_rows(stream: BinaryIO, path: Path, separator: str) -> Iterator[Row]:
    """Yield the rows of a CSV or TSV file as column name → text; a missing cell is "".

    Args:
        stream: the content of the file.
        path: the file, for error messages.
        separator: the character between two cells.

    Raises:
        StudyError: the file is empty, a row has more cells than the first line, or a quotation mark is not closed.
        UnicodeDecodeError: the file is not in UTF-8.
    """
    csv.field_size_limit(_LONGEST_CELL)
    # Strict, because a lenient reader joins all rows from one stray quotation mark to the next into a single cell.
    reader = csv.reader(io.TextIOWrapper(stream, "utf-8-sig", newline=""), delimiter=separator, strict=True)
    names, next_line = [], 1
    try:
        for row in reader:
            line, next_line = next_line, reader.line_num + 1  # a row may span several lines
            if len(row) < 2 and not "".join(row).strip():
                continue
            if not names:
                names = [f"{name}.{column}" if name in row[:column] else name for column, name in enumerate(row)]
                continue
            if len(row) > len(names):
                raise StudyError(
                    f"The row on line {line} of {path} has {len(row)} cells, but the first line names {len(names)} "
                    "columns: put cells that contain the separator in quotation marks."
                )
            yield dict(itertools.zip_longest(names, row, fillvalue=""))
    except csv.Error as error:
        raise StudyError(
            f"The row on line {next_line} of {path} has an opening quotation mark without a closing one at the end of "
            f"its cell ({error}): remove the mark, or put the whole cell in quotation marks and double those inside."
        ) from error
    if not names:
        raise StudyError(f"{path} is empty: add a first line with column names, and rows below it.")


def json_rows(stream: BinaryIO, path: Path) -> Iterator[Row]:
    """Yield the object on each line that is not blank.

    Args:
        stream: the content of the file.
        path: the file, for error messages.

    Raises:
        StudyError: a line is not a JSON object.
        UnicodeDecodeError: the file is not in UTF-8.
    """
    for number, line in enumerate(stream, start=1):
        if line.strip():
            yield _json_row(line.decode("utf-8-sig"), number, path)


def _json_row(line: str, number: int, path: Path) -> Row:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise StudyError(f"Line {number} of {path} is not JSON ({error}): put one object on each line.") from error
    if not isinstance(row, dict):
        raise StudyError(f"Line {number} of {path} is a {type(row).__name__}: put one object on each line.")
    return row
