"""The user's own documents: a CSV, TSV, JSON Lines or Parquet file, a folder of them, or a data set of the hub."""

import gzip
import itertools
import logging
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow
from pyarrow.parquet import ParquetFile
from tqdm import tqdm

from textstudy.corpora.rows import Row, json_rows, separated_rows
from textstudy.corpora.samples import stratified_sample
from textstudy.errors import StudyError
from textstudy.files import read_json
from textstudy.table_files import FORMATS, table_format

SPLITS = {
    "": "", "train": "train", "training": "train", "validation": "validation", "valid": "validation",
    "val": "validation", "dev": "validation", "test": "test", "testing": "test",
}  # fmt: skip

_CHUNK = 10_000  # rows; bounds the memory of a file that is sampled
_DAMAGE = (pyarrow.ArrowException, EOFError, zlib.error, OSError)
_logger = logging.getLogger(__name__)


def read(source: Path | None, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return the documents of a table as a DOCUMENTS table, in the order they are read.

    Args:
        source: file or folder to read; None where `settings` names one.
        settings: `resource` if the source is the folder of one; `path` (a file or folder) or `hub` ("owner/name") if
            there is no source; the columns `text` and `label`; and if wanted `split`, `identifier`, `title` (put
            before the text, with a blank line between), `labels` (value of the label column → name of the label), and
            `sample` (a stratified sample, drawn without holding the whole in memory; see `stratified_sample`).
            A column may be a list of names, of which the first there is taken.
            Without `split`, a folder's file names (`train-00.parquet`) and the hub's splits tell the official split.
            Without `identifier`, a document is named after its split or file, and its row counted from 0.

    Raises:
        StudyError: nothing to read, a damaged file, a missing column, a label that is missing or not named, an unknown
            split, equal ids.
    """
    if settings.get("hub"):
        tables = _hub_tables(settings["hub"])
    else:
        tables = file_tables(_location(source, settings), fetched=bool(settings.get("resource")))
    documents = itertools.chain.from_iterable(
        _documents(batches, origin=origin, prefix=prefix, split=split, settings=settings)
        for origin, prefix, split, batches in tables
    )
    documents = tqdm(documents, desc="documents", unit="", disable=None)
    if settings.get("sample"):
        documents = stratified_sample(documents, settings["sample"])
    drawn = list(documents)
    if not drawn:
        raise StudyError(f"{settings.get('hub') or _location(source, settings)} holds no document: give it some rows.")
    frame = pd.DataFrame(drawn)
    repeated = frame["id"][frame["id"].duplicated()]
    if len(repeated):
        raise StudyError(
            f"column {settings.get('identifier')!r} gives the id {repeated.iloc[0]!r} twice: ids must be unique."
        )
    return frame


def _documents(
    batches: Iterable[list[Row]], *, origin: str, prefix: str, split: str, settings: Mapping[str, Any]
) -> Iterator[dict[str, str]]:
    """Yield the rows of one table as documents; `origin` names the table to people, `prefix` begins each id."""
    wanted = {role: settings[role] for role in ("text", "label", "split", "identifier", "title") if settings.get(role)}
    named = {str(value).strip(): name for value, name in (settings.get("labels") or {}).items()}
    row_number = 0
    for batch in batches:
        if row_number == 0 and batch:
            there = list({column: None for row in batch for column in row})  # a set that keeps the order
            columns = {role: _column(role, names, there, origin) for role, names in wanted.items()}
        for row in batch:
            place = f"row {row_number} (counted from 0) of {origin}"
            values = {role: cell_text(row.get(column), place) for role, column in columns.items()}
            label = values["label"].strip()
            if not label:
                raise StudyError(f"{place} has no label in column {columns['label']!r}: fill it in or drop the row.")
            yield {
                "id": values.get("identifier", f"{prefix}{row_number}"),
                "text": "\n\n".join(part for part in (values.get("title"), values["text"]) if part),
                "label": _named(label, named, place) if named else label,
                "official_split": _split(values["split"], place) if "split" in values else split,
            }
            row_number += 1


def _column(role: str, names: str | list[str], there: list[str], origin: str) -> str:
    """Return the first of the names that the table has."""
    names = [names] if isinstance(names, str) else names
    found = [name for name in names if name in there]
    if not found:
        wanted, columns = " or ".join(map(repr, names)), ", ".join(map(repr, there))
        raise StudyError(f"column {wanted}, named as `{role}`, is not in {origin}: it has {columns}.")
    return found[0]


def _named(label: str, names: Mapping[str, str], place: str) -> str:
    try:
        return names[label]
    except KeyError:
        raise StudyError(
            f"{place} has the label {label!r}, which `labels` does not name: it names {', '.join(map(repr, names))}."
        ) from None


def _split(value: str, place: str) -> str:
    try:
        return SPLITS[value.strip().lower()]
    except KeyError:
        raise StudyError(
            f"{place} has the split {value!r}: use train, training, validation, valid, val, dev, test or testing, or "
            "leave it empty."
        ) from None


def cell_text(value: Any, place: str) -> str:
    """Return a cell as text; an absent one is "", and 1.0 (an integer column with gaps) is "1".

    Raises:
        StudyError: bytes that are not in UTF-8; `place` names the row to people.
    """
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, bytes):  # some writers of Parquet do not say that a column is text
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError as error:
            raise StudyError(f"{place} is not in UTF-8 ({error}): convert it.") from error
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _storable(str(value))


def _storable(text: str) -> str:
    """Return the text with "?" for lone surrogates, which JSON and file names can hold and Parquet cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _location(source: Path | None, settings: Mapping[str, Any]) -> Path:
    if source is None and not settings.get("path"):
        raise StudyError("a table needs to know where it is: give `path` (a file or folder) or `hub` (a data set).")
    return Path(source or settings["path"])


def file_tables(path: Path, *, fetched: bool = False) -> Iterator[tuple[str, str, str, Iterator[list[Row]]]]:
    """Yield for each file of `path` its name for people, the prefix of its ids, its split and its batches of rows.

    Args:
        path: a file, or a folder of files.
        fetched: the folder is that of a resource, whose manifest names its files.

    Raises:
        StudyError: nothing to read, or a damaged file.
    """
    if not path.exists():
        raise StudyError(f"{path} does not exist: correct `path`, which is taken from the folder the study runs in.")
    if path.is_file():
        yield str(path), "", "", _batches(path)
        return
    # Beside the files of a fetched resource may lie those of an earlier source: its manifest says which are meant.
    inside = [path / name for name in read_json(path / "manifest.json")["files"]] if fetched else path.rglob("*")
    files = sorted(file for file in inside if table_format(file) and file.is_file())
    if not files:
        raise StudyError(f"{path} holds no file of the kinds {', '.join(FORMATS)} (each also as .gz).")
    for file in files:
        name = file.relative_to(path).as_posix()
        if _storable(name) != name:
            raise StudyError(f"the file name {name!r} in {path} is not in UTF-8: rename the file.")
        first_word = re.match("[a-z]*", file.name.lower()).group()
        yield str(file), f"{name}/", SPLITS.get(first_word, ""), _batches(file)


def _batches(path: Path) -> Iterator[list[Row]]:
    """Yield the rows of a file in lists of at most _CHUNK."""
    kind = table_format(path)
    if kind is None:
        raise StudyError(f"{path} is of no kind that can be read: use one of {', '.join(FORMATS)} (each also as .gz).")
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as stream:
            if kind == ".parquet":
                yield from (batch.to_pylist() for batch in ParquetFile(stream).iter_batches(_CHUNK))
                return
            separator = "\t" if kind == ".tsv" else ","
            rows = json_rows(stream, path) if kind == ".jsonl" else separated_rows(stream, path, separator)
            while chunk := list(itertools.islice(rows, _CHUNK)):
                yield chunk
    except UnicodeDecodeError as error:
        raise StudyError(f"{path} is not in UTF-8 ({error}): convert it.") from error
    except _DAMAGE as e:
        raise StudyError(f"{path} is damaged or not {kind} ({str(e).strip()}): mend it or correct its name.") from e


def _hub_tables(name: str) -> Iterator[tuple[str, str, str, Iterator[list[Row]]]]:
    """Yield the splits of a hub data set as they stream in; code that comes with a data set is never run."""
    from datasets import load_dataset

    try:
        splits = load_dataset(name, streaming=True)
    except Exception as error:  # the library lets through errors of each file system and format that it reads
        raise StudyError(f"the hub data set {name!r} cannot be read ({_first_line(error)}): check its name.") from error
    for split, rows in splits.items():
        if split.lower() not in SPLITS:
            _logger.warning("The split %r of %s is left out: it is none of train, validation and test", split, name)
            continue
        official = SPLITS[split.lower()] if len(splits) > 1 else ""  # one split alone is no division
        yield f"split {split!r} of the hub data set {name}", f"{split}/", official, _hub_batches(rows, name)


def _hub_batches(rows: Any, name: str) -> Iterator[list[Row]]:
    names = {
        column: feature.names for column, feature in (rows.features or {}).items() if hasattr(feature, "names")
    }  # a class label arrives as a number; -1 stands for none
    try:
        for batch in rows.iter(_CHUNK):
            for column, labels in names.items():
                batch[column] = [labels[value] if value is not None and value >= 0 else None for value in batch[column]]
            yield [dict(zip(batch, values, strict=True)) for values in zip(*batch.values(), strict=True)]
    except Exception as error:  # as above: network, file system and format errors of many libraries
        raise StudyError(f"reading the hub data set {name!r} failed ({_first_line(error)}): try again.") from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
