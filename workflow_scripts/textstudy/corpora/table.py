"""Your own documents: a CSV, TSV, JSON Lines or Parquet file, a folder of them, or a data set of the hub."""

import gzip
import itertools
import logging
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow
from pyarrow.parquet import ParquetFile
from tqdm import tqdm

from textstudy.corpora.rows import Row, json_rows, separated_rows
from textstudy.corpora.samples import stratified_sample
from textstudy.corpora.times import WRITTEN_AS, parse_times
from textstudy.errors import StudyError
from textstudy.storage.files import read_json
from textstudy.storage.table_files import FORMATS, table_format
from textstudy.storage.tables import GROUP, TIME

SPLITS = {
    "": "", "train": "train", "training": "train", "validation": "validation", "valid": "validation",
    "val": "validation", "dev": "validation", "test": "test", "testing": "test",
}  # fmt: skip

_CHUNK = 10_000  # rows; bounds the memory that a sampled file needs
_DAMAGE = (pyarrow.ArrowException, EOFError, zlib.error, OSError)
_logger = logging.getLogger(__name__)


class TableFile(NamedTuple):
    """A file or a split of a hub data set."""

    name: str  # for error messages
    id_prefix: str
    split: str  # the official split that its name gives, or ""
    batches: Iterator[list[Row]]


def read(source: Path | None, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return the documents of a table as a DOCUMENTS table, in the order they are read.

    Args:
        source: the folder of the resource that `settings` names, else None.
        settings: the fields of `TableCorpus`. One of `resource`, `path` (a file or folder) and `hub` ("owner/name") is
            set. `text` and `label` are columns; `text` may be a list of them, and the first one that the table has is
            used. `split`, `identifier`, `title` and `time` are columns or None; `group` is a column, a list of columns
            or None. A title is put before the text, with a blank line between. `labels` maps values of the label column
            to names, or is None. `sample`: see `stratified_sample`, or None. Without `split`, file names
            (`train-00.parquet`) and the split names of a hub data set give the official split. Without `identifier`, an
            id is the name of the file or split and the row number, counted from 0.

    Raises:
        StudyError: there is nothing to read, a file is damaged, a column is missing, a label is missing or not among
            `labels`, a split is unknown, a time cannot be read, or two ids are equal.
    """
    path = settings["hub"] or source or Path(settings["path"])
    tables = _hub_tables(path) if settings["hub"] else file_tables(path, is_resource=bool(settings["resource"]))
    documents = itertools.chain.from_iterable(_documents(table, settings) for table in tables)
    documents = tqdm(documents, desc="documents", unit="", disable=None)
    if settings["sample"]:
        documents = stratified_sample(documents, settings["sample"])
    frame = pd.DataFrame(list(documents))
    if frame.empty:
        raise StudyError(f"{path} has no rows: add some documents.")
    repeated = frame["id"][frame["id"].duplicated()]
    if len(repeated):
        raise StudyError(
            f"The column {settings['identifier']!r} of {path} has the id {repeated.iloc[0]!r} twice: make the ids "
            "unique, or remove the setting `identifier`."
        )
    return frame


def _documents(table: TableFile, settings: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Yield the rows of one table as documents."""
    roles = ("text", "label", "split", "identifier", "title", "time")
    groups = [settings["group"]] if isinstance(settings["group"], str) else settings["group"] or []
    columns_of = {role: settings[role] for role in roles if settings[role]}
    columns_of |= {f"{GROUP}{column}": column for column in groups}
    label_names = {str(value).strip(): name for value, name in (settings["labels"] or {}).items()}
    row_number = 0
    for batch in table.batches:
        if row_number == 0 and batch:
            available = list({column: None for row in batch for column in row})  # a set that keeps the order
            columns = {
                role: _find_column(role.partition("_")[0], names, available, table.name)
                for role, names in columns_of.items()
            }
        times = _times(batch, columns[TIME], row_number, table.name) if TIME in columns and batch else None
        for place_in_batch, row in enumerate(batch):
            place = f"Row {row_number} (counted from 0) of {table.name}"
            values = {role: cell_text(row.get(column), place) for role, column in columns.items()}
            label = values["label"].strip()
            if not label:
                raise StudyError(f"{place} has no label in column {columns['label']!r}: fill it in or remove the row.")
            yield {
                "id": values.get("identifier", f"{table.id_prefix}{row_number}"),
                "text": "\n\n".join(part for part in (values.get("title"), values["text"]) if part),
                "label": _label_name(label, label_names, place) if label_names else label,
                "official_split": _split_name(values["split"], place) if "split" in values else table.split,
                **{role: value.strip() for role, value in values.items() if role.startswith(GROUP)},
                **({TIME: times[place_in_batch]} if times is not None else {}),
            }
            row_number += 1


def _times(batch: list[Row], column: str, first_row: int, table: str) -> pd.Series:
    """Return the times of the rows of a batch; missing where a cell is empty."""

    def place(row: int) -> str:
        return f"Row {first_row + row} (counted from 0) of {table}"

    cells = pd.Series([cell_text(row.get(column), place(number)).strip() for number, row in enumerate(batch)])
    times = parse_times(cells)
    unread = np.flatnonzero(times.isna() & (cells != ""))
    if len(unread):
        raise StudyError(
            f"{place(unread[0])} has the time {cells[unread[0]]!r} in column {column!r}, which cannot be read: write "
            f"it as {WRITTEN_AS}."
        )
    return times


def _find_column(role: str, names: str | list[str], available: list[str], table: str) -> str:
    """Return the first of the names that the table has."""
    names = [names] if isinstance(names, str) else names
    for name in names:
        if name in available:
            return name
    raise StudyError(
        f"The setting `{role}` names the column {' or '.join(map(repr, names))}, which {table} does not have: "
        f"choose from {', '.join(map(repr, available))}."
    )


def _label_name(label: str, names: Mapping[str, str], place: str) -> str:
    try:
        return names[label]
    except KeyError:
        raise StudyError(
            f"{place} has the label {label!r}, which the setting `labels` does not list: add it to "
            f"{', '.join(map(repr, names))}."
        ) from None


def _split_name(value: str, place: str) -> str:
    try:
        return SPLITS[value.strip().lower()]
    except KeyError:
        raise StudyError(
            f"{place} has the split {value!r}: use {', '.join(filter(None, SPLITS))}, or leave the cell empty."
        ) from None


def cell_text(value: Any, place: str) -> str:
    """Return a cell as text; a missing one is "", and 1.0 (an integer in a column with gaps) is "1"."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, bytes):  # some writers of Parquet do not mark a column as text
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError as error:
            raise StudyError(f"{place} is not in UTF-8 ({error}): convert it.") from error
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _replace_surrogates(str(value))


def _replace_surrogates(text: str) -> str:
    """Return the text with "?" for lone surrogates, which JSON and file names can hold and Parquet cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")


def file_tables(path: Path, *, is_resource: bool) -> Iterator[TableFile]:
    """Yield the file `path`, or each table in the folder `path`."""
    if not path.exists():
        raise StudyError(f"The setting `path` is {path}, which does not exist: correct it; it starts at the checkout.")
    if path.is_file():
        yield TableFile(str(path), "", "", _file_batches(path))
        return
    # The folder of a resource may also hold files of an earlier source; only those in its manifest count.
    inside = [path / name for name in read_json(path / "manifest.json")["files"]] if is_resource else path.rglob("*")
    files = sorted(file for file in inside if table_format(file) and file.is_file())
    if not files:
        raise StudyError(f"{path} holds no table: add files that end in {', '.join(FORMATS)}, or these with .gz.")
    for file in files:
        name = file.relative_to(path).as_posix()
        if _replace_surrogates(name) != name:
            raise StudyError(f"The file name {name!r} in {path} is not in UTF-8: rename the file.")
        first_word = re.match("[a-z]*", file.name.lower()).group()
        yield TableFile(str(file), f"{name}/", SPLITS.get(first_word, ""), _file_batches(file))


def _file_batches(path: Path) -> Iterator[list[Row]]:
    """Yield the rows of a file in lists of at most _CHUNK."""
    file_format = table_format(path)
    if file_format is None:
        raise StudyError(f"{path} cannot be read: use a file that ends in {', '.join(FORMATS)}, or these with .gz.")
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as stream:
            if file_format == ".parquet":
                yield from (batch.to_pylist() for batch in ParquetFile(stream).iter_batches(_CHUNK))
                return
            separator = "\t" if file_format == ".tsv" else ","
            rows = json_rows(stream, path) if file_format == ".jsonl" else separated_rows(stream, path, separator)
            while chunk := list(itertools.islice(rows, _CHUNK)):
                yield chunk
    except UnicodeDecodeError as error:
        raise StudyError(f"{path} is not in UTF-8 ({error}): convert it.") from error
    except _DAMAGE as error:
        raise StudyError(
            f"{path} is damaged or is not a {file_format} file ({str(error).strip()}): replace or rename it."
        ) from error


def _hub_tables(name: str) -> Iterator[TableFile]:
    """Yield the splits of a hub data set, as streams. Code that comes with a data set is never run."""
    from datasets import load_dataset

    try:
        splits = load_dataset(name, streaming=True)
    except Exception as error:  # the library passes on the errors of every file system and format that it reads
        raise StudyError(f"The hub data set {name!r} cannot be read ({_first_line(error)}): check its name.") from error
    for split, rows in splits.items():
        if split.lower() not in SPLITS:
            _logger.warning("The split %r of %s is not used: it is not train, validation or test", split, name)
            continue
        official = SPLITS[split.lower()] if len(splits) > 1 else ""  # a single split divides nothing
        yield TableFile(
            f"the split {split!r} of the hub data set {name}", f"{split}/", official, _hub_batches(rows, name)
        )


def _hub_batches(rows: Any, name: str) -> Iterator[list[Row]]:
    label_names = {
        column: feature.names for column, feature in (rows.features or {}).items() if hasattr(feature, "names")
    }  # the hub stores a label as a number, -1 for a missing one
    try:
        for batch in rows.iter(_CHUNK):
            for column, names in label_names.items():
                batch[column] = [names[value] if value is not None and value >= 0 else None for value in batch[column]]
            yield [dict(zip(batch, values, strict=True)) for values in zip(*batch.values(), strict=True)]
    except Exception as error:  # as above
        raise StudyError(f"Reading the hub data set {name!r} failed ({_first_line(error)}): try again.") from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
