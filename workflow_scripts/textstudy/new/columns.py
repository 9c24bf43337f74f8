"""What the cells of one column are like."""

import re
from functools import cached_property

import pandas as pd

from textstudy.prepare.scripts import UNSPACED

_LETTERS = re.compile(r"[^\W\d_]")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[T ]\d{1,2}:\d{2}.{0,20})?$|\d{1,2}[./]\d{1,2}[./]\d{2,4}(?: .{1,20})?$")
_LOOKED_AT = 2_000  # cells, for what needs no more


class Column:
    """The cells of a column, stripped, and what they tell about its role.

    Attributes:
        name: as the table has it.
        cells: one for each row that is looked at.
        counts: value → rows, empty cells left out, the most frequent first.
        filled: cells with something in them.
        empty: cells with nothing in them.
        distinct: different values.
        unreadable: an example of a cell that is no text, such as a list; None where there is none.
    """

    def __init__(self, name: str, cells: pd.Series, unreadable: str | None = None) -> None:
        """Count the values of `cells`."""
        self.name, self.unreadable = name, unreadable
        self.cells = cells.str.strip()
        self.counts = self.cells[self.cells != ""].value_counts()
        self.filled, self.distinct = int(self.counts.sum()), len(self.counts)
        self.empty = len(self.cells) - self.filled

    @cached_property
    def name_words(self) -> set[str]:
        """The words of the name, in lower case: of "customerId" customer and id, of "question1" question."""
        return {word.lower() for word in re.findall(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+", self.name)}

    @cached_property
    def words(self) -> float:
        """Mean number of words; where a script puts no spaces between them, of characters."""
        return sum(len(cell.split()) + len(UNSPACED.findall(cell)) for cell in self._some) / max(len(self._some), 1)

    @cached_property
    def letters(self) -> float:
        """Share of letters among the characters, spaces left out."""
        together = "".join("".join(self._some).split())
        return len(_LETTERS.findall(together)) / max(len(together), 1)

    @cached_property
    def dates(self) -> bool:
        """Whether nearly all cells are dates."""
        return sum(bool(_DATE.match(cell)) for cell in self._some) > 0.9 * len(self._some)

    @cached_property
    def _some(self) -> list[str]:
        return self.cells[self.cells != ""].iloc[:: max(self.filled // _LOOKED_AT, 1)].tolist()


def same_partition(one: Column, other: Column) -> bool:
    """Whether each value of one column goes with one value of the other, as 0 with "bad" and 1 with "good"."""
    if one is other:
        return True
    if one.unreadable or other.unreadable or one.distinct != other.distinct or one.empty != other.empty:
        return False
    return len(set(zip(one.cells, other.cells, strict=True))) == one.distinct + bool(one.empty)
