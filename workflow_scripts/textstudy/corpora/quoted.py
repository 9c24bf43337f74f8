"""Rows whose cells may stand in quotation marks: no row is swallowed by a mark that is never closed."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator

from textstudy.corpora.faults import Faults

_LONGEST_CELL = 100_000_000  # characters; a longer cell comes from a quotation mark that is never closed


class _Lines:
    """The lines of a file, which can go back to the second line of a row that could not be read."""

    def __init__(self, stream: Iterable[str]) -> None:
        self._stream, self._again = iter(stream), deque()
        self._taken: list[str] = []
        self.before = 0  # lines before the row that is being read

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._stream)
        self._taken.append(line)
        return line

    def finish_row(self) -> int:
        """Return how many lines the row had; the next one begins after them."""
        count = len(self._taken)
        self.before += count
        self._taken.clear()
        return count

    def go_back(self) -> None:
        """Begin again after the first line of this row."""
        self._again.extendleft(reversed(self._taken[1:]))
        self.before += 1
        self._taken.clear()


def quoted_rows(text: Iterable[str], separator: str, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """Yield the line and the cells of each row.

    The reader is strict, because a lenient one joins all rows from one stray quotation mark to the next in a cell.
    """
    csv.field_size_limit(_LONGEST_CELL)
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        first = lines.before + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.add(
                f"line {first}",
                f"has an opening quotation mark without a closing one at the end of its cell ({error})",
                "remove the mark, put the whole cell in quotation marks and double those inside, or set "
                "`quoting: false` if quotation marks are text in this file",
            )
            lines.go_back()
            continue
        if lines.finish_row() > 1 and separator == "\t" and any("\t" in cell and "\n" in cell for cell in row):
            faults.add(
                f"line {first}",
                "has a cell with a tab and a line break, which has swallowed the rows after it",
                "remove the quotation mark that begins the cell, or set `quoting: false`",
            )
            continue
        yield first, row
