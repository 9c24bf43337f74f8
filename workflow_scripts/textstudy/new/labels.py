"""Which column holds the labels, and whether they can be learned."""

import re
from collections.abc import Mapping

from textstudy.errors import StudyError
from textstudy.new.choice import Choice, alternatives
from textstudy.new.columns import Column, same_partition
from textstudy.new.look import Table

_EXACT = {"label", "labels", "class", "target", "y"}
_NAMES = set(
    re.findall(
        r"\w+", "category topic sentiment polarity intent stars rating queue department genre emotion tag spam toxic"
    )
)
_DECIMAL = re.compile(r"-?\d*\.\d*[1-9]")
_UNNAMED = 3
_MOST_CLASSES = 300


def find_label(columns: Mapping[str, Column], table: Table) -> tuple[Choice, list[str]]:
    """Return the column of the labels, and others that might be meant.

    Its values are few and repeat. Among several such columns the name decides, if it fits one of them better.

    Raises:
        StudyError: there is none, or the names do not decide.
    """
    ranks = {name: name_rank(column) for name, column in columns.items() if _may_be_label(column)}
    if not ranks:
        raise StudyError(
            f"no column of {table.path} looks like labels, which are few and repeat: beside the text it has "
            f"{values_of(columns)}; name the one with --label."
        )
    best = [name for name in ranks if ranks[name] == min(ranks.values())]
    chosen = columns[best[0]]
    if not all(same_partition(columns[name], chosen) for name in best):
        raise StudyError(f"the labels of {table.path} may be column {alternatives(best)}: say which with --label.")
    alike = [name for name in ranks if same_partition(columns[name], chosen)]
    others = [name for name in ranks if name not in alike]
    readable = max(alike, key=lambda name: (columns[name].letters, -ranks[name]))  # "good" says more than 1
    if readable not in best:
        return Choice(readable, f"it names the classes of column {chosen.name!r}, one for one"), others
    fits = ", and its name fits" if ranks[readable] < _UNNAMED else ""
    return Choice(readable, f"it has few different values ({chosen.distinct}), which repeat{fits}"), others


def name_rank(column: Column) -> int:
    """Return how well the name of a column fits labels, from 0 for `label` itself to 3 for not at all."""
    if column.name.strip().lower() in _EXACT:
        return 0
    singular = {word.removesuffix("s") for word in column.name_words} | column.name_words
    return next((rank for rank, names in enumerate((_EXACT, _NAMES), start=1) if singular & names), _UNNAMED)


def _may_be_label(column: Column) -> bool:
    rank = name_rank(column)
    if column.unreadable or column.distinct < 2:  # said as an error, where the name leaves no doubt
        return rank < 2
    if column.distinct > _MOST_CLASSES:
        return False
    if rank > 1 and column.distinct > 10 and any(map(_DECIMAL.fullmatch, column.counts.index)):  # confidences, say
        return False
    if rank < _UNNAMED:
        return column.filled >= 2 * column.distinct
    votes = column.letters < 0.2 and column.distinct > 20  # or ages, or other counts
    return column.filled >= 3 * column.distinct and not column.empty and not votes


def check_label(column: Column, table: Table) -> None:
    """Check that a column gives every document one label, and that there are classes to tell apart.

    Raises:
        StudyError: it does not.
    """
    name = f"column {column.name!r} of {table.path}"
    lists = [value for value in column.counts.index if re.fullmatch(r"\[.*,.*\]", value)]
    if column.unreadable or lists:
        raise StudyError(
            f"{name} does not hold one label a document ({column.unreadable or repr(lists[0])}): write a column that "
            "does, or name another with --label."
        )
    if column.empty:
        first = table.places[int((column.cells == "").to_numpy().argmax())]
        raise StudyError(
            f"{name} has no label in {column.empty:,} of {len(column.cells):,} rows, the first of which is {first}: "
            "fill them in or drop these rows."
        )
    if column.distinct == 1:
        raise StudyError(
            f"{name} has the same value {column.counts.index[0]!r} in all rows: a classifier needs two classes; name "
            "another column with --label."
        )
    if column.distinct > column.filled / 2:
        raise StudyError(
            f"{name} has {column.distinct:,} different values in {column.filled:,} rows, and labels repeat: name "
            "another column with --label."
        )


def values_of(columns: Mapping[str, Column]) -> str:
    """Return what to say of columns none of which fits."""
    return ", ".join(f"{name!r} ({column.distinct:,} different values)" for name, column in columns.items()) or "none"
