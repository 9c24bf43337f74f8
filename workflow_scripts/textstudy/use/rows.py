"""Rows of new texts, and those in their places that cannot be read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from textstudy.corpora.cells import as_text
from textstudy.corpora.faults import Faults
from textstudy.corpora.rows import Batch
from textstudy.corpora.table import with_title
from textstudy.use.undecodable import MARK, shown


class Row(NamedTuple):
    """A new text, with its label where there is one; `text` is None where it cannot be read, and `fault` says why."""

    id: str
    text: str | None
    fault: str = ""
    label: str = ""


class Refused(Faults):
    """Takes the rows that a reader refuses, however many, to be handed on among those that it reads."""

    def __init__(self) -> None:
        super().__init__("")
        self._rows: list[tuple[int, Row]] = []

    def add(self, place: str, fault: str, advice: str) -> None:
        """Note what is wrong with a row, and its place, such as "line 3"."""
        line = int(place.removeprefix("line ")) if place.startswith("line ") else 0
        self._rows.append((line, Row("", None, shown(f"{place} {fault}"))))

    def take(self) -> list[tuple[int, Row]]:
        """Return the line of each row that was refused since the last call, and what stands in its place."""
        taken, self._rows = self._rows, []
        return taken


def table_rows(batches: Iterable[Batch], chosen: Mapping[str, str], refused: Refused, prefix: str) -> Iterator[Row]:
    """Yield the rows of a table in the order of its lines.

    Args:
        batches: of the table.
        chosen: role → column; without an `identifier`, an id is the number of the row, counted from 0.
        refused: takes what the reader of the batches refuses.
        prefix: of the ids that are numbers.
    """
    rows = _in_order(batches, chosen, refused)
    if "identifier" in chosen:
        return rows
    return (row._replace(id=f"{prefix}{number}") for number, row in enumerate(rows))


def _in_order(batches: Iterable[Batch], chosen: Mapping[str, str], refused: Refused) -> Iterator[Row]:
    before = 0
    for batch in batches:
        lines = batch.lines or range(before, before + batch.rows)
        place = "line {}" if batch.lines else "row {} (counted from 0)"
        read = zip(lines, _read(batch, chosen, list(map(place.format, lines))), strict=True)
        for _, row in sorted([*read, *refused.take()], key=lambda row: row[0]):
            yield row
        before += batch.rows
    for _, row in refused.take():  # behind the last one that could be read
        yield row


def _read(batch: Batch, chosen: Mapping[str, str], places: list[str]) -> Iterator[Row]:
    """Yield the rows of a batch; `places` says where each stands."""
    faults: dict[int, str] = {}

    def cells(role: str, note: Callable[[int, str, str], Any]) -> pa.Array:
        return as_text(batch.columns.get(chosen[role], [None] * batch.rows), note, chosen[role])

    def note(row: int, fault: str, _: str) -> None:
        faults[row] = fault

    texts = with_title(cells("text", note), cells("title", note) if "title" in chosen else None).to_pylist()

    def optional(role: str) -> list[str]:  # a cell that is no text is none
        return pc.fill_null(cells(role, lambda *_: None), "").to_pylist() if role in chosen else [""] * batch.rows

    rows = zip(optional("identifier"), texts, optional("label"), strict=True)
    for place, (name, text, label) in enumerate(rows):
        fault = faults.get(place) or ("is not in UTF-8" if MARK in text else "")
        if fault:
            yield Row(shown(name), None, shown(f"{places[place]} {fault}"))
        else:
            yield Row(shown(name), text, label=shown(label))
