"""What a file or a folder of texts holds, read as the pipeline reads it."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

from textstudy.corpora.cells import cell_text
from textstudy.corpora.faults import BadCell, Faults
from textstudy.corpora.folders import read_text, text_files
from textstudy.corpora.rows import Row, is_quoted
from textstudy.corpora.tables import TableFile, file_tables
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
        splits: of each row of `frame`, what the name of its file or folder tells.
        unreadable: column → an example of its cells that are no text, such as a list, and where that stands.
        passed_over: files that are not read → why.
        reading: settings of the corpus that say how it is read, where it is not by the defaults → value, why.
    """

    path: Path
    files: list[SeenFile]
    frame: pd.DataFrame
    places: list[str]
    splits: list[str]
    unreadable: dict[str, str]
    passed_over: dict[str, str]
    kind: str = "table"
    reading: dict[str, tuple[Any, str]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows all files have."""
        return sum(file.rows for file in self.files)

    @property
    def sampled(self) -> bool:
        """Whether `frame` is only a sample."""
        return self.rows > len(self.frame)


def read_texts(path: Path) -> Table:
    """Return what is in a CSV, TSV, JSON Lines or Parquet file, gzipped or not, a folder of them, or class folders.

    Raises:
        StudyError: it cannot be read, has no rows, or its first line does not name its columns.
    """
    if not path.exists():
        raise StudyError(f"{path} does not exist: give the path of a file or folder of texts.")
    return _read_folders(path) if path.is_dir() and _holds_class_folders(path) else _read_table(path)


def _holds_class_folders(path: Path) -> bool:
    tables = table_files(path)[0]
    try:
        return len(text_files(path)[0]) > len(tables)
    except StudyError:
        if tables:
            return False
        raise


def _read_folders(path: Path) -> Table:
    """Return the texts in class folders as a table with the columns text and label."""
    texts, passed_over = text_files(path)
    drawn = [text for _, _, text in _sample((0, at, text) for at, text in enumerate(texts))]
    reading = {}
    contents, faults = _contents(path, drawn, "utf-8")
    if faults.count:
        reading["encoding"] = "latin-1", f"{faults.count:,} files are not in UTF-8; look whether accents come out right"
        contents, faults = _contents(path, drawn, "latin-1")
    faults.check()
    file = SeenFile(str(path), "", len(texts), dict.fromkeys(("text", "label")))
    frame = pd.DataFrame({"text": contents, "label": [text.label for text in drawn]}, dtype="str")
    places, splits = [text.name for text in drawn], [text.split for text in drawn]
    return Table(path, [file], frame, places, splits, {}, passed_over, "folders", reading)


def _contents(path: Path, texts: list[Any], encoding: str) -> tuple[list[str], Faults]:
    faults = Faults(str(path))
    return [read_text(path, text.name, encoding, faults) for text in tqdm(texts, disable=None)], faults


def _read_table(path: Path) -> Table:
    first = path if path.is_file() else next(iter(table_files(path)[0]), path)
    quoted = table_format(first) == ".tsv" and is_quoted(first)
    reading = {"quoting": (True, "cells of the first rows stand in quotation marks")} if quoted else {}
    tables, passed_over = file_tables(path, {"split": None, "quoting": quoted or None})
    files: list[SeenFile] = []
    rows = [(files[number], at, row) for number, at, row in _sample(_rows(tables, files))]
    if not rows:
        raise StudyError(f"{path} holds no row: give it a first line of names and some texts.")
    names = list(dict.fromkeys(column for file in files for column in file.columns))
    places = [f"row {at} (counted from 0) of {file.name}" for file, at, _ in rows]
    cells: dict[str, list[str]] = {name: [] for name in names}
    unreadable: dict[str, str] = {}
    for place, (_, _, row) in zip(places, rows, strict=True):
        for name in names:
            text = _cell(row.get(name))
            if text is None:
                unreadable.setdefault(name, f"{type(row[name]).__name__} in {place}: {str(row[name])[:60]!r}")
            cells[name].append(text or "")
    table = Table(
        path, files, pd.DataFrame(cells, dtype="str"), places, [file.split for file, _, _ in rows], unreadable,
        passed_over, "table", reading,
    )  # fmt: skip
    if table_format(Path(files[0].name)) in (".csv", ".tsv"):
        _check_first_line(table)
    return table


def _rows(tables: Iterable[TableFile], files: list[SeenFile]) -> Iterator[tuple[int, int, Row]]:
    """Yield each row with the number of its file and its own in it; `files` grows by the files that are read."""
    progress = tqdm(desc="rows", unit="", disable=None)
    for table in tables:
        file, faults = SeenFile(table.name, table.split), Faults(table.name)
        files.append(file)
        for batch in table.batches(None, faults):
            file.columns.update(dict.fromkeys(batch.names))
            for row in batch.as_rows():
                yield len(files) - 1, file.rows, row
                file.rows += 1
            progress.update(batch.rows)
        faults.check()
    progress.close()


def _sample(rows: Iterator[tuple[int, int, Any]]) -> list[tuple[int, int, Any]]:
    """Return a uniform sample of at most ROWS_KEPT in the order of reading (Vitter 1985, algorithm R)."""
    draw, kept = random.Random(_SEED), []
    for count, row in enumerate(rows):
        if count < ROWS_KEPT:
            kept.append(row)
        elif (place := draw.randrange(count + 1)) < ROWS_KEPT:
            kept[place] = row
    return sorted(kept, key=lambda row: row[:2])


def _cell(value: Any) -> str | None:
    """Return a cell as text; None where it is a list, an object or bytes that are no text."""
    try:
        return cell_text(value)
    except BadCell:  # perhaps of a column that no study needs
        return None


def check_separator(names: Sequence[str], file: str) -> None:
    """Check that the cells of a CSV or TSV file are parted as its ending says.

    Raises:
        StudyError: its one column has a name with another separator in it.
    """
    other = [mark for mark in _OTHER_SEPARATORS if mark in names[0]]
    if len(names) == 1 and other:
        raise StudyError(
            f"{file} seems to have {other[0]!r} between its cells: its first line is read as the one name "
            f"{names[0]!r}; save it with commas as .csv or with tabs as .tsv."
        )


def _check_first_line(table: Table) -> None:
    """Check that the first line names the columns, and that they are parted as the ending of the file says."""
    first = table.files[0]
    names = list(first.columns)
    check_separator(names, first.name)
    for name in names:
        repeats = int((table.frame[name].str.strip() == name.strip()).sum())
        if name.strip() and repeats > 1:
            raise StudyError(
                f"the first line of {first.name} holds {name!r}, which {repeats} other rows of that column hold, too: "
                "it seems to be a row; put a first line with the names of the columns before it."
            )
