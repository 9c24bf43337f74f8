"""Which column of a table is what: the text, the label, and what may stand beside them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from textstudy.corpora.splits import SPLITS
from textstudy.corpora.times import parse_times
from textstudy.errors import StudyError
from textstudy.new.choice import Choice, alternatives
from textstudy.new.columns import Column
from textstudy.new.labels import check_label, find_label, values_of
from textstudy.new.look import Table
from textstudy.settings.hints import suggest_name

_TEXTS = set(
    re.findall(
        r"\w+",
        "text body message review content comment sentence document description tweet post utterance question "
        "article abstract email query prompt",
    )
)
_TITLES = {"title", "subject", "headline", "heading"}
_IDS = {"id", "uuid", "guid", "key", "identifier"}
_GROUPS = set(
    re.findall(
        r"\w+",
        "author user username customer client account sender from thread conversation session speaker patient "
        "reviewer product company",
    )
)
_CLEAR = 2  # times as well as the next the best text column must fit


@dataclass(frozen=True)
class Roles:
    """The columns that a study names, and those that its reader should know about."""

    text: Choice
    label: Choice
    title: Choice | None
    split: Choice | None
    identifier: Choice | None
    group: Choice | None
    time: Choice | None
    groups: list[Column]
    dates: list[str]
    other_labels: list[str]


def find_roles(table: Table, *, text: str | None = None, label: str | None = None) -> Roles:
    """Return which column has which role; `text` and `label` name the two where that cannot be seen.

    Raises:
        StudyError: no column or several may be the text or the label, or the label's values cannot be learned.
    """
    named = [name for name in table.frame if name]  # a study cannot name a column without a name
    columns = {name: Column(name, table.frame[name], table.unreadable.get(name)) for name in named}
    for option, name in (("--text", text), ("--label", label)):
        _check_named(name, option, columns, table)
    chosen_text = Choice(text, "--text names it") if text else find_text(_without(columns, label), table.path)
    everywhere = [name for name in columns if all(name in file.columns for file in table.files if file.rows)]
    free = {name: columns[name] for name in everywhere if name not in (label, chosen_text.value)}
    title = _title(free, columns[chosen_text.value])
    split = _split(free)
    identifier = None if table.sampled else _identifier(free)  # of a sample no one knows that it is unique
    dates = [name for name, column in free.items() if column.dates]
    time = _time([free[name] for name in dates])
    free = _without(columns, chosen_text.value, *dates, *(c.value for c in (title, split, identifier) if c))
    chosen_label, others = (Choice(label, "--label names it"), []) if label else find_label(free, table)
    _check_files((chosen_text.value, chosen_label.value), table)
    check_label(columns[chosen_label.value], table)
    groups = [column for column in _without(free, chosen_label.value).values() if _is_group(column)]
    return Roles(chosen_text, chosen_label, title, split, identifier, _group(groups), time, groups, dates, others)


def _without(columns: Mapping[str, Column], *names: str | None) -> dict[str, Column]:
    return {name: column for name, column in columns.items() if name not in names}


def _check_files(names: tuple[str, ...], table: Table) -> None:
    for file in table.files:
        missing = [name for name in names if file.rows and name not in file.columns]
        if missing:
            raise StudyError(
                f"{file.name} has no column {missing[0]!r}, which other files in {table.path} have: add it, or move "
                "the file out of the folder."
            )


def _check_named(name: str | None, option: str, columns: Mapping[str, Column], table: Table) -> None:
    if name is not None and name not in columns:
        raise StudyError(
            f"{option} names the column {name!r}, which is not in {table.path}: {suggest_name(name, columns)}"
            f"it has {', '.join(map(repr, columns))}."
        )
    if name is not None and option == "--text" and columns[name].unreadable:
        raise StudyError(f"column {name!r} of {table.path} is no text ({columns[name].unreadable}): name another.")


def find_text(columns: Mapping[str, Column], place: Path | str) -> Choice:
    """Return the column with the longest and most varied strings.

    Args:
        columns: those that it may be.
        place: where they stand, for messages.

    Raises:
        StudyError: it is not clear which that is.
    """
    scores = {name: _text_score(column) for name, column in columns.items()}
    ranked = sorted((name for name in scores if scores[name]), key=scores.get, reverse=True)
    if not ranked:
        raise StudyError(
            f"no column of {place} looks like texts: it has {values_of(columns)}; name the one with --text."
        )
    rivals = [name for name in ranked if _CLEAR * scores[name] > scores[ranked[0]]]
    if len(rivals) > 1:
        raise StudyError(f"the texts of {place} may be column {alternatives(rivals)}: say which with --text.")
    best = columns[ranked[0]]
    fits = ", and its name fits" if best.name_words & _TEXTS else ""
    return Choice(best.name, f"it has the longest and most varied strings{fits}")


def _text_score(column: Column) -> float:
    """Return how much a column looks like texts, 0 for not at all; a name that fits helps and does not decide alone."""
    half_empty = column.filled < len(column.cells) / 2
    single_words = column.words < 1.5 and column.distinct < column.filled / 2  # names of classes, say
    if half_empty or single_words or column.unreadable or column.dates or column.letters < 0.4:
        return 0.0
    factor = 1.0
    if column.name_words & _TITLES:
        factor = 0.5
    elif column.name.strip().lower() in _TEXTS:
        factor = 4.0
    elif column.name_words & _TEXTS:
        factor = 2.0
    return factor * column.words * (column.distinct / column.filled) ** 0.5


def _title(columns: Mapping[str, Column], text: Column) -> Choice | None:
    """Return a column of short strings that its name calls a title."""
    for column in columns.values():
        named = column.name_words & _TITLES and not column.name_words & _IDS
        if named and not column.unreadable and 1.2 < column.words < text.words and 3 * column.distinct > column.filled:
            return Choice(column.name, "its strings are shorter than the texts, and its name fits")
    return None


def _split(columns: Mapping[str, Column]) -> Choice | None:
    """Return the column whose values are all names of splits, train and another among them."""
    for column in columns.values():
        splits = {SPLITS.get(value.lower()) for value in column.counts.index}
        if len(splits) > 1 and None not in splits and "train" in splits:
            return Choice(column.name, f"its values are {', '.join(sorted(map(repr, column.counts.index)))}")
    return None


def _identifier(columns: Mapping[str, Column]) -> Choice | None:
    """Return the column that its name calls an id and that has another value in every row."""
    for column in sorted(columns.values(), key=lambda column: len(column.name_words)):  # "id" before "order_id"
        unique = column.distinct == len(column.cells)
        if column.name_words & _IDS and unique and not column.unreadable:
            return Choice(column.name, "it has another value in every row, and its name fits")
    return None


def _group(columns: list[Column]) -> Choice | None:
    """Return the columns whose values texts share, by their names."""
    names = [column.name for column in columns]
    counts = " and ".join(f"{column.distinct:,} in {column.filled:,} rows" for column in columns)
    return Choice(names[0] if len(names) == 1 else names, f"values repeat: {counts}") if names else None


def _time(columns: list[Column]) -> Choice | None:
    """Return the first column of dates that the pipeline can read, all of them."""
    for column in columns:
        if parse_times(column.cells[column.cells != ""]).notna().all():
            return Choice(column.name, "it holds dates")
    return None


def _is_group(column: Column) -> bool:
    named = column.name_words - _IDS - {"name"}  # "customer_id", not "customer_country"
    repeats = 1 < column.distinct < column.filled
    return bool(named) and named <= _GROUPS and repeats and not column.unreadable
