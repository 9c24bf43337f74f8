"""What a file or a folder of texts holds, read as the pipeline reads it."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

from textstudy.corpora.rows import Row
from textstudy.corpora.table import SPLITS, cell_text, file_tables
from textstudy.errors import StudyError
from textstudy.storage.table_files import table_files, table_format

ROWS_KEPT = 50_000  # rows that are looked at; of a larger table a random sample, which bounds time and memory
_SEED = 13
_OTHER_SEPARATORS = (";", "\t", "|")


@dataclass
class SeenFile:
    """One file: its name, the split that its name tells ("" for none), its rows and its columns."""

    name: str
    split: str
    rows: int = 0
    columns: dict[str, None] = field(default_factory=dict)  # a set that keeps the order


@dataclass(frozen=True)
class Table:
    """The rows of all files, or a sample of them.

    Attributes:
        path: as the study will name it.
        files: in the order they are read.
        frame: (rows looked at, columns) cells as text, as the pipeline reads them.
        places: what to call each row of `frame` in a message.
        splits: of each row of `frame`, what the name of its file tells.
        unreadable: column → an example of its cells that are no text, such as a list, and where that stands.
    """

    path: Path
    files: list[SeenFile]
    frame: pd.DataFrame
    places: list[str]
    splits: list[str]
    unreadable: dict[str, str]

    @property
    def rows(self) -> int:
        """How many rows all files have."""
        return sum(file.rows for file in self.files)

    @property
    def sampled(self) -> bool:
        """Whether `frame` is only a sample."""
        return self.rows > len(self.frame)


def read_table(path: Path) -> Table:
    """Return what is in a CSV, TSV, JSON Lines or Parquet file, gzipped or not, or in a folder of them.

    Raises:
        StudyError: it cannot be read, has no rows, or its first line does not name its columns.
    """
    _check_path(path)
    files: list[SeenFile] = []
    rows = [(files[number], at, row) for number, at, row in _sample(_rows(path, files))]
    if not rows:
        raise StudyError(f"{path} holds no row: give it a first line of names and some texts.")
    names = list(dict.fromkeys(column for file in files for column in file.columns))
    places = [f"row {at} (counted from 0) of {file.name}" for file, at, _ in rows]
    cells: dict[str, list[str]] = {name: [] for name in names}
    unreadable: dict[str, str] = {}
    for place, (_, _, row) in zip(places, rows, strict=True):
        for name in names:
            text = _cell(row.get(name), place)
            if text is None:
                unreadable.setdefault(name, f"{type(row[name]).__name__} in {place}: {str(row[name])[:60]!r}")
            cells[name].append(text or "")
    table = Table(
        path, files, pd.DataFrame(cells, dtype="str"), places, [file.split for file, _, _ in rows], unreadable
    )
    if table_format(Path(files[0].name)) in (".csv", ".tsv"):
        _check_first_line(table)
    if table_format(Path(files[0].name)) == ".tsv":
        _check_cells(table)
    return table


def _rows(path: Path, files: list[SeenFile]) -> Iterator[tuple[int, int, Row]]:
    """Yield each row with the number of its file and its own in it; `files` grows by the files that are read."""
    progress = tqdm(desc="rows", unit="", disable=None)
    for name, _, split, batches in file_tables(path, is_resource=False):
        file = SeenFile(name, split)
        files.append(file)
        for batch in batches:
            for row in batch:
                file.columns.update(dict.fromkeys(row))
                yield len(files) - 1, file.rows, row
                file.rows += 1
            progress.update(len(batch))
    progress.close()


def _sample(rows: Iterator[tuple[int, int, Row]]) -> list[tuple[int, int, Row]]:
    """Return a uniform sample of at most ROWS_KEPT in the order of reading (Vitter 1985, algorithm R)."""
    draw, kept = random.Random(_SEED), []
    for count, row in enumerate(rows):
        if count < ROWS_KEPT:
            kept.append(row)
        elif (place := draw.randrange(count + 1)) < ROWS_KEPT:
            kept[place] = row
    return sorted(kept, key=lambda row: row[:2])


def _cell(value: Any, place: str) -> str | None:
    """Return a cell as text; None where it is a list, an object or bytes that are no text."""
    if isinstance(value, (list, tuple, dict)):
        return None
    try:
        return cell_text(value, place)
    except StudyError:  # bytes that are not in UTF-8, perhaps of a column that no study needs
        return None


def _check_path(path: Path) -> None:
    if not path.exists():
        raise StudyError(f"{path} does not exist: give the path of a file or folder of texts.")
    if not path.is_dir() or table_files(path):
        return
    folders = sorted(folder.name for folder in path.iterdir() if folder.is_dir() and any(folder.iterdir()))
    if folders:
        raise StudyError(
            f"{path} has no table but folders ({_few(folders)}): a folder of text files for each class cannot be read "
            "yet; put the texts into one CSV file with the columns text and label."
        )


def _check_first_line(table: Table) -> None:
    """Check that the first line names the columns, and that they are parted as the ending of the file says."""
    first = table.files[0]
    names = list(first.columns)
    other = [mark for mark in _OTHER_SEPARATORS if mark in names[0]]
    if len(names) == 1 and other:
        raise StudyError(
            f"{first.name} seems to have {other[0]!r} between its cells: its first line is read as the one name "
            f"{names[0]!r}; save it with commas as .csv or with tabs as .tsv."
        )
    for name in names:
        repeats = int((table.frame[name].str.strip() == name.strip()).sum())
        if name.strip() and repeats > 1:
            raise StudyError(
                f"the first line of {first.name} holds {name!r}, which {repeats} other rows of that column hold, too: "
                "it seems to be a row; put a first line with the names of the columns before it."
            )


def _check_cells(table: Table) -> None:
    """Check that no cell between tabs has swallowed the rows after it, as one may that begins with a quotation mark."""
    for name, cells in table.frame.items():
        for place, cell in zip(table.places, cells, strict=True):
            if "\n" in cell and "\t" in cell and _is_row(cell.split("\n")[1].split("\t"), table.frame):
                raise StudyError(
                    f"{place} has a cell in column {name!r} that goes on over the next rows, as it begins with a "
                    "quotation mark: drop that mark and those like it."
                )


def _is_row(cells: list[str], frame: pd.DataFrame) -> bool:
    """Whether cells are as many as there are columns, and one is a value that its column often has."""
    if len(cells) != len(frame.columns):
        return False
    return any((frame[name] == cell).sum() > 2 for name, cell in zip(frame, cells, strict=True) if cell)


def stray_files(table: Table) -> list[str]:
    """Return the files of a folder whose names tell no split, although others do, or a part of it would."""
    if len(table.files) < 2:
        return []
    some = any(file.split for file in table.files)
    names = [Path(file.name).relative_to(table.path).as_posix() for file in table.files if not file.split]
    return [name for name in names if some or set(re.findall("[a-z]+", name.lower())) & set(SPLITS)]


def _few(names: list[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
