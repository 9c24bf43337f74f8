"""Cells of a column as text, whatever a file stores there."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from textstudy.corpora.faults import BadCell

_ONE_VALUE = "give each document one text and one label, or name another column"
_STRING = pa.large_string()  # a chunk of a column may hold more than 2 GB


def as_text(cells: Any, fault: Callable[[int, str, str], None], column: str) -> pa.Array:
    """Return the cells of a column as strings; a missing cell is "", one that is no text is null.

    Args:
        cells: a sequence of Python values, or an Arrow array.
        fault: takes the place of a cell that is no text in `cells`, what is wrong with it, and what to do.
        column: the name of the column, for messages.
    """
    if isinstance(cells, pa.Array):
        kind = cells.type.value_type if pa.types.is_dictionary(cells.type) else cells.type
        if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_integer(kind):
            return pc.fill_null(cells.cast(kind).cast(_STRING), "")
        cells = cells.to_pylist()
    if not set(map(type, cells)) <= {str}:
        texts = []
        for place, cell in enumerate(cells):
            try:
                texts.append(cell_text(cell))
            except BadCell as error:
                fault(place, f"{error.fault} in column {column!r}", error.advice)
                texts.append(None)
        cells = texts
    try:
        return pa.array(cells, _STRING)
    except UnicodeEncodeError:  # JSON can hold lone surrogates, and Parquet cannot
        return pa.array([cell and replace_surrogates(cell) for cell in cells], _STRING)


def cell_text(value: Any) -> str:
    """Return a cell as text; a missing one is "", a boolean "true", and 1.0 (an integer in a column with gaps) is "1".

    Raises:
        BadCell: it is a list, an object, or bytes that are no text.
    """
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple, dict, set)):
        kind = "an object" if isinstance(value, dict) else "a list"
        shown = str(value)
        raise BadCell(f"has {kind} ({shown[:57] + '...' if len(shown) > 60 else shown})", _ONE_VALUE)
    if isinstance(value, bytes):  # some writers of Parquet do not mark a column as text
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadCell(f"is not in UTF-8 ({error})", "convert it") from error
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def replace_surrogates(text: str) -> str:
    """Return the text with "?" for lone surrogates, which JSON and file names can hold and Parquet cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")
