"""CSV files that people open in a spreadsheet: no cell is taken for a formula, and what was written is read back."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from textstudy.errors import StudyError
from textstudy.storage.files import atomic_path

LONGEST = 10_000  # characters of a cell; spreadsheets cut cells at 32,767
_FORMULA = tuple("=+-@\t\r")  # a cell that begins with one of these may be run as a formula
_MARK = "'"  # put before such a cell; spreadsheets show the rest as text
_SEPARATORS = ",;\t"  # spreadsheets in some languages write other separators


def escape_cell(text: str) -> str:
    """Return a cell as it is written: never a formula, never longer than a spreadsheet holds, without NUL."""
    text = text.replace("\0", " ")
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
    return f"{_MARK}{text}" if text.startswith((*_FORMULA, _MARK)) else text


def restore_cell(text: str) -> str:
    """Return a cell as it was before `escape_cell`."""
    return text[1:] if text[:1] == _MARK and text[1:].startswith((*_FORMULA, _MARK)) else text


def write_rows(path: Path | str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as CSV in UTF-8, with the mark by which spreadsheets recognise it."""
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([escape_cell(str(cell)) for cell in row] for row in rows)


def read_rows(path: Path | str, columns: Sequence[str]) -> list[tuple[int, list[str]]]:
    """Return (line, cells) of the named columns of each row that is not empty.

    Raises:
        StudyError: the file is missing, is not in UTF-8, or lacks a column.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            text = file.read()
    except FileNotFoundError:
        raise StudyError(f"{path} does not exist: correct the path, which starts at the checkout.") from None
    except UnicodeDecodeError as error:
        raise StudyError(f"{path} is not in UTF-8 ({error}): save it as CSV in UTF-8.") from None
    separator = max(_SEPARATORS, key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        missing = [name for name in columns if name not in names]
        if missing:
            raise StudyError(f"{path} has no column {missing[0]!r}: it needs the columns {', '.join(columns)}.")
        places = [names.index(name) for name in columns]
        return [
            (reader.line_num, [restore_cell(row[place]) if place < len(row) else "" for place in places])
            for row in reader
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise StudyError(f"{path}, line {reader.line_num}, is not valid CSV ({error}): correct it.") from None
