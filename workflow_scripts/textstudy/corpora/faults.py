"""Rows that cannot be used: all are counted, and the first few named, so that one round of repairs is enough."""

from textstudy.errors import StudyError

_SHOWN = 5
_MOST = 10_000  # from which the file is not what it is taken for


class BadCell(Exception):
    """A cell that cannot be used: what is wrong, to be read after "the row", and what to do."""

    def __init__(self, fault: str, advice: str) -> None:
        """Keep both for the message about the row."""
        super().__init__(f"{fault}: {advice}")
        self.fault, self.advice = fault, advice


class Faults:
    """The faults of the rows of one table."""

    def __init__(self, table: str) -> None:
        """Begin with none; `table` is what to call the table in the message."""
        self._table, self.count = table, 0
        self._first: list[tuple[str, str, str]] = []

    def add(self, place: str, fault: str, advice: str) -> None:
        """Note the fault of one row, such as ("line 3", "has no label", "fill it in").

        Raises:
            StudyError: there are so many that reading on is of no use.
        """
        self.count += 1
        if len(self._first) < _SHOWN:
            self._first.append((place, fault, advice))
        if self.count >= _MOST:
            self.check()

    def check(self) -> None:
        """Check that there are none.

        Raises:
            StudyError: there are; it says how many, names the first and tells what to do.
        """
        if not self.count:
            return
        advice = ", or ".join(dict.fromkeys(advice for _, _, advice in self._first))
        if self.count == 1:
            place, fault, _ = self._first[0]
            raise StudyError(f"{place[0].upper()}{place[1:]} of {self._table} {fault}: {advice}.")
        number = f"at least {self.count:,}" if self.count >= _MOST else f"{self.count:,}"
        shown = "; ".join(f"{place} {fault}" for place, fault, _ in self._first)
        more = f"; and {self.count - len(self._first):,} more" if self.count > len(self._first) else ""
        raise StudyError(f"{self._table} has {number} rows that cannot be used: {shown}{more}. What to do: {advice}.")
