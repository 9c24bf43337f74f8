"""New texts: rows of a table or of a stream, or files in a folder, of any number."""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from textstudy.corpora.cells import replace_surrogates
from textstudy.corpora.folders import NO_TEXTS, read_text
from textstudy.corpora.rows import is_quoted, json_batches
from textstudy.corpora.tables import file_batches
from textstudy.errors import StudyError
from textstudy.new.look import check_separator
from textstudy.storage.table_files import list_files, table_files, table_format
from textstudy.use.columns import choose_columns
from textstudy.use.rows import Refused, Row, table_rows
from textstudy.use.undecodable import MARK, marked

Wanted = Mapping[str, Any]
Tell = Callable[[str], None]


def read_rows(source: Path | BinaryIO, wanted: Wanted, tell: Tell) -> Iterator[Row]:
    """Yield the rows of a table, a folder of tables or of texts, or a stream with a text or a JSON object on each line.

    An id is what the column `identifier` or else `id` holds, the name of a text file, or the number of the row, counted
    from 0. Rows that cannot be read count and stand in their place.

    Args:
        source: where the texts are.
        wanted: role → column, or a list of which the first that is there is meant: `text`, `title` and `identifier`, as
            far as the study named them; `option` and `label`, the columns of texts and of labels that must be there.
        tell: takes a sentence for the user.

    Raises:
        StudyError: there is nothing to read, or its columns do not tell which holds the texts.
    """
    if not isinstance(source, Path):
        yield from _stream_rows(source, wanted, tell)
    elif source.is_dir():
        yield from _folder_rows(source, wanted, tell)
    elif source.exists():
        yield from _file_rows(source, "", wanted, tell)
    else:
        raise StudyError(f"{source} does not exist: give a table, a folder, or - for standard input.")


def _file_rows(path: Path, prefix: str, wanted: Wanted, tell: Tell) -> Iterator[Row]:
    """Yield the rows of one table."""
    quoting = True if table_format(path) == ".tsv" and is_quoted(path) else None
    read = partial(file_batches, path, quoting=quoting, through=marked)
    refused = Refused()
    first = next(read(columns=None, faults=refused), None)
    if first is None:
        return table_rows([], {}, refused, prefix)
    if any(MARK in name for name in first.names):
        raise StudyError(f"{path} is not in UTF-8: convert it.")
    if table_format(path) in (".csv", ".tsv"):
        check_separator(first.names, str(path))
    chosen = choose_columns(first, wanted, str(path), tell)
    refused = Refused()
    return table_rows(read(columns=set(chosen.values()), faults=refused), chosen, refused, prefix)


def _folder_rows(folder: Path, wanted: Wanted, tell: Tell) -> Iterator[Row]:
    """Yield the rows of all tables, or the texts where there are more of these."""
    tables = table_files(folder)[0]
    names, passed_over = list_files(folder)
    texts = [name for name in names if Path(name).suffix.lower() not in NO_TEXTS]
    chosen, kind = (tables, "tables") if len(tables) >= len(texts) else (texts, "texts")
    if not chosen:
        raise StudyError(f"{folder} holds neither tables nor text files: give another folder.")
    if others := len(names) + len(passed_over) - len(chosen):
        tell(f"{folder} is read as a folder of {kind}: {others:,} other files in it are passed over.")
    for file in chosen:
        if kind == "texts":
            yield _read_text(folder, file)
            continue
        name = file.relative_to(folder).as_posix()
        try:
            yield from _file_rows(file, f"{name}/", wanted, tell)
        except StudyError as error:  # the others may be in order
            yield Row(name, None, str(error))


def _read_text(folder: Path, name: str) -> Row:
    refused, shown = Refused(), replace_surrogates(name)
    text = read_text(folder, name, "utf-8", refused)
    return next((row._replace(id=shown) for _, row in refused.take()), Row(shown, text))


def _stream_rows(stream: BinaryIO, wanted: Wanted, tell: Tell) -> Iterator[Row]:
    """Yield the rows of a stream; it is JSON Lines if its first line is an object."""
    lines = iter(marked(stream))
    head = list(itertools.islice(lines, 1))
    lines = itertools.chain(head, lines)
    if not (head and _is_object(head[0])):
        return map(_read_line, itertools.count(), lines)
    refused = Refused()
    batches = json_batches(lines, None, refused)
    first = next(batches)
    chosen = choose_columns(first, wanted, "standard input", tell)
    return table_rows(itertools.chain([first], batches), chosen, refused, "")


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _read_line(number: int, line: bytes) -> Row:
    text = line.decode("utf-8-sig").rstrip("\r\n")
    fault = f"line {number + 1} is not in UTF-8" if MARK in text else ""
    return Row(str(number), None if fault else text, fault)
