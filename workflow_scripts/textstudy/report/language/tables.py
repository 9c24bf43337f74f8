"""A table of a report, and how it is written as Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from textstudy.report.language.escaping import Markdown, identifier, markdown

ALIGNMENTS = {"l": ":---", "r": "---:", "c": ":---:"}


@dataclass(frozen=True)
class Table:
    """A table with a caption; false if it has no rows.

    Attributes:
        alignment: one of l, r, c for each column.
        rows: cells; those that are not `Markdown` are escaped.
        kind: a class that report.lua knows.
    """

    identifier: str
    caption: str
    headers: Sequence[str]
    alignment: str
    rows: Sequence[Sequence[Any]] = field(default_factory=list)
    kind: str = ""

    def __bool__(self) -> bool:
        return bool(self.rows)

    def markdown(self) -> Markdown:
        """Return the table as a pipe table of pandoc."""
        lines = [self._line(map(markdown, self.headers)), self._line(ALIGNMENTS[each] for each in self.alignment)]
        lines += [self._line(markdown(cell) for cell in row) for row in self.rows]
        attributes = f"#{identifier(self.identifier)}" + (f" .{self.kind}" if self.kind else "")
        return Markdown("\n".join([*lines, "", f": {markdown(self.caption)} {{{attributes}}}"]))

    @staticmethod
    def _line(cells: Any) -> str:
        return f"| {' | '.join(cells)} |"
