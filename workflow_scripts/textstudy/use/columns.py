"""Which columns of a table hold new texts: those that the study named, or those that look like it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from textstudy.corpora.cells import cell_text
from textstudy.corpora.faults import BadCell
from textstudy.corpora.rows import Batch
from textstudy.errors import StudyError
from textstudy.new.columns import Column
from textstudy.new.roles import find_text
from textstudy.settings.hints import suggest_name

_LOOKED_AT = 2_000  # rows that show what a column is like
_IDENTIFIER = "id"  # the column of ids where the study names none


def choose_columns(first: Batch, wanted: Mapping[str, Any], place: str, tell: Callable[[str], None]) -> dict[str, str]:
    """Return role → column: `text`, `label` if it is wanted, and `title` and `identifier` where the table has them.

    Args:
        first: the first rows of the table, with all columns.
        wanted: see `read_rows`.
        place: what to call the table in a message.
        tell: takes a sentence about a choice that the user has not made.

    Raises:
        StudyError: the columns do not tell which holds the texts.
    """
    for option, column in (("--text", wanted.get("option")), ("--labels", wanted.get("label"))):
        if column and column not in first.names:
            raise StudyError(
                f"{option} names the column {column!r}, which {place} does not have: "
                f"{suggest_name(column, first.names)}it has {', '.join(map(repr, first.names))}."
            )
    chosen = {"text": wanted.get("option") or _first(wanted.get("text"), first.names)}
    if chosen["text"] is None:
        chosen["text"], why = _guess(first, place)
        tell(f"Texts are read from the column {chosen['text']!r} of {place}: {why}.")
    if wanted.get("label"):
        chosen["label"] = wanted["label"]
    for role, default in (("title", None), ("identifier", _IDENTIFIER)):
        column = _first([wanted.get(role), default], first.names)
        if column not in (None, chosen["text"]):
            chosen[role] = column
    if "title" in chosen:
        tell(f"The column {chosen['title']!r} of {place} is put before the texts, as in the study.")
    return chosen


def _first(names: str | Sequence[str | None] | None, available: Sequence[str]) -> str | None:
    names = [names] if isinstance(names, str) else names or []
    return next((name for name in names if name in available), None)


def _guess(first: Batch, place: str) -> tuple[str, str]:
    """Return the column that looks most like texts, and why."""
    if len(first.names) == 1:
        return first.names[0], "it has no other"
    columns = {}
    for name in filter(None, first.names):
        cells = first.columns.get(name, [])[:_LOOKED_AT]
        cells = cells if isinstance(cells, Sequence) else cells.to_pylist()
        try:
            columns[name] = Column(name, pd.Series(list(map(cell_text, cells)), dtype="str"))
        except BadCell:  # a column of lists or objects holds no texts
            continue
    choice = find_text(columns, place)
    return choice.value, choice.reason
