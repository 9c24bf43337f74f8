"""Your own documents: a CSV, TSV, JSON Lines or Parquet file, a folder of them, or a data set of the hub."""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from textstudy.corpora.cells import as_text
from textstudy.corpora.documents import join_batches
from textstudy.corpora.faults import BadCell, Faults
from textstudy.corpora.hub import hub_commit
from textstudy.corpora.labels import label_names
from textstudy.corpora.rows import Batch
from textstudy.corpora.splits import SPLITS
from textstudy.corpora.swallowed import swallowed_labels
from textstudy.corpora.tables import TableFile, file_tables, hub_tables
from textstudy.corpora.times import WRITTEN_AS, parse_times
from textstudy.errors import StudyError
from textstudy.storage.tables import GROUP, TIME

_SWALLOWED = "set `quoting: false` if quotation marks are text in this file, or `quoting: true` if the cell is meant so"
_UNLABELLED = "-1"  # what the hub has in place of a label that is kept secret


def read(source: Path | None, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return the documents of a table as a DOCUMENTS table, in the order they are read.

    Args:
        source: the folder of the resource that `settings` names, else None.
        settings: the fields of `TableCorpus`. One of `resource`, `path` (a file or folder) and `hub` ("owner/name") is
            set. `text` and `label` are columns; `text` may be a list of them, and the first one that the table has is
            used. `split`, `identifier`, `title` and `time` are columns or None; `group` is a column, a list of columns
            or None. A title is put before the text, with a blank line between. `labels` maps values of the label column
            to names, or is None. `sample`: see `stratified_sample`, or None. Without `split`, the names of files and
            folders (`train-00.parquet`) and the splits of a hub data set give the official split. Without `identifier`,
            an id is the name of the file or split and the row number, counted from 0.

    Returns:
        The table. Its `attrs` hold `passed_over`, what is not read → why, and of a hub data set `revision`, the commit.

    Raises:
        StudyError: there is nothing to read, a file is damaged, a column is missing, rows cannot be used, labels look
            alike, or two ids are equal.
    """
    place = settings["hub"] or source or Path(settings["path"])
    notes: dict[str, Any] = {}
    if settings["hub"]:
        notes["revision"] = hub_commit(settings["hub"], settings["revision"])
        tables, notes["passed_over"] = hub_tables(settings, notes["revision"])
    else:
        tables, notes["passed_over"] = file_tables(place, settings)
    batches = (batch for table in tables for batch in _documents(table, settings))
    frame = join_batches(batches, settings["sample"], str(place))
    if settings["identifier"]:
        _check_unique(frame["id"], settings["identifier"], place)
    frame.attrs.update(notes)
    return frame


def _check_unique(ids: pd.Series, column: str, place: Path | str) -> None:
    repeated = ids[ids.duplicated()]
    if len(repeated):
        raise StudyError(
            f"The column {column!r} of {place} has the id {repeated.iloc[0]!r} twice: make the ids unique, or remove "
            "the setting `identifier`."
        )


def _documents(table: TableFile, settings: Mapping[str, Any]) -> Iterator[pa.Table]:
    """Yield the rows of one table as documents, in batches."""
    roles = ("text", "label", "split", "identifier", "title", "time")
    columns_of = {role: settings[role] for role in roles if settings[role]}
    groups = [settings["group"]] if isinstance(settings["group"], str) else settings["group"] or []
    columns_of |= {f"{GROUP}{column}": column for column in groups}
    wanted = {name for names in columns_of.values() for name in ([names] if isinstance(names, str) else names)}
    names, faults, columns, first, labels = label_names(settings["labels"]), Faults(table.name), {}, 0, set()
    for batch in table.batches(wanted, faults):
        if not columns:
            columns = {
                role: _find_column(role.partition("_")[0], each, batch.names, table.name)
                for role, each in columns_of.items()
            }
        at = _Place(batch, first, faults)
        cells = {
            role: as_text(batch.columns.get(column, [None] * batch.rows), at.fault, column)
            for role, column in columns.items()
        }
        labels.update(cells["label"].unique().to_pylist())
        if batch.separator and settings["quoting"] is None:
            for row, inside in swallowed_labels(batch, columns["label"]):
                if labels.issuperset(inside):
                    looks = f"begins a cell that holds what looks like other rows, of label {inside[0]!r}"
                    at.fault(row, looks, _SWALLOWED)
        documents = {
            "id": cells["identifier"]
            if "identifier" in cells
            else [f"{table.id_prefix}{row}" for row in range(first, first + batch.rows)],
            "text": with_title(cells["text"], cells.get("title")),
            "label": _translate(cells["label"], partial(_label_name, names, columns["label"], table), at.fault),
            "official_split": _translate(cells["split"], _split_name, at.fault)
            if "split" in cells
            else [table.split] * batch.rows,
            **{role: pc.utf8_trim_whitespace(each) for role, each in cells.items() if role.startswith(GROUP)},
            **({TIME: _times(cells[TIME], columns[TIME], at.fault)} if TIME in cells else {}),
        }
        first += batch.rows
        yield pa.table({name: _strings(values) for name, values in documents.items()})
    if labels == {_UNLABELLED} and table.split:
        raise StudyError(f"All labels of {table.name} are {_UNLABELLED}, so it has none: {table.no_label}.")
    faults.check()


def _times(cells: pa.Array, column: str, fault: Callable[[int, str, str], None]) -> pa.Array:
    """Return the times that cells hold, missing where they are empty; `fault` takes the rows that cannot be read."""
    texts = pc.utf8_trim_whitespace(cells).to_pandas()
    times = parse_times(texts)
    for row in np.flatnonzero(times.isna() & (texts != "")).tolist():
        fault(
            row, f"has the time {texts[row]!r} in column {column!r}, which cannot be read", f"write it as {WRITTEN_AS}"
        )
    return pa.array(times)


def _strings(values: Any) -> pa.Array:
    return values if isinstance(values, pa.Array) else pa.array(values, pa.large_string())


class _Place:
    """Where the rows of a batch stand, for the faults that are found in them."""

    def __init__(self, batch: Batch, first: int, faults: Faults) -> None:
        self._lines, self._first, self._faults = batch.lines, first, faults

    def fault(self, row: int, fault: str, advice: str) -> None:
        """Note a fault of a row of the batch."""
        place = f"line {self._lines[row]}" if self._lines else f"row {self._first + row} (counted from 0)"
        self._faults.add(place, fault, advice)


def with_title(texts: pa.Array, titles: pa.Array | None) -> pa.Array:
    """Return each text behind its title, with a blank line between."""
    if titles is None:
        return texts
    both = pc.binary_join_element_wise(titles, texts, pa.scalar("\n\n", pa.large_string()))
    return pc.if_else(pc.equal(titles, ""), texts, pc.if_else(pc.equal(texts, ""), titles, both))


def _translate(cells: pa.Array, name: Callable[[str], str], fault: Callable[[int, str, str], None]) -> pa.Array:
    """Return the cells with each value replaced by `name`; `fault` takes the rows for which it raises a BadCell."""
    encoded = cells.dictionary_encode()
    names, faults = [], {}
    for number, value in enumerate(encoded.dictionary.to_pylist()):
        try:
            names.append(name(value))
        except BadCell as error:
            names.append(None)
            faults[number] = error.fault, error.advice
    if faults:
        for row, number in enumerate(encoded.indices.to_pylist()):
            if number in faults:
                fault(row, *faults[number])
    return pa.array(names, pa.large_string()).take(encoded.indices)


def _find_column(role: str, names: str | list[str], available: Collection[str], table: str) -> str:
    """Return the first of the names that the table has."""
    names = [names] if isinstance(names, str) else names
    for name in names:
        if name in available:
            return name
    raise StudyError(
        f"The setting `{role}` names the column {' or '.join(map(repr, names))}, which {table} does not have: "
        f"choose from {', '.join(map(repr, available))}."
    )


def _label_name(names: Mapping[str, str], column: str, table: TableFile, label: str) -> str:
    bare = label.strip()
    if not bare:
        raise BadCell(f"has no label in column {column!r}", table.no_label)
    if not names:
        return bare
    name = names.get(label, names.get(bare))
    if name is None:
        listed = ", ".join(map(repr, names))
        raise BadCell(f"has the label {bare!r}, which the setting `labels` does not list", f"add it to {listed}")
    return name


def _split_name(value: str) -> str:
    try:
        return SPLITS[value.strip().lower()]
    except KeyError:
        allowed = ", ".join(filter(None, SPLITS))
        raise BadCell(f"has the split {value!r}", f"use {allowed}, or leave the cell empty") from None
