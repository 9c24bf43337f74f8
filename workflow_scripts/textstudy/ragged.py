"""Rows of different lengths in one array, and counting in them without a Python object for each value."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

CHUNK = 1_000_000  # values worked on at once: temporary arrays of some megabytes


@dataclass(frozen=True)
class Ragged:
    """Rows one after another: row `i` is `values[offsets[i]:offsets[i + 1]]`.

    Attributes:
        values: (values,).
        offsets: (rows + 1,) int64.
    """

    values: np.ndarray
    offsets: np.ndarray

    @classmethod
    def of(cls, rows: "Ragged | Sequence[Sequence]", dtype: type = np.int32) -> "Ragged":
        """Return `rows` as ragged rows."""
        if isinstance(rows, cls):
            return rows
        lengths = np.fromiter(map(len, rows), np.int64, len(rows))
        values = np.concatenate([np.asarray(row, dtype) for row in rows]) if len(rows) else np.empty(0, dtype)
        return cls.of_lengths(values, lengths)

    @classmethod
    def of_lengths(cls, values: np.ndarray, lengths: np.ndarray) -> "Ragged":
        """Return rows of these lengths."""
        return cls(values, np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> np.ndarray:
        return self.values[self.offsets[row] : self.offsets[row + 1]]

    @property
    def lengths(self) -> np.ndarray:
        """The number of values of each row, (rows,) int64."""
        return np.diff(self.offsets)

    @property
    def rows(self) -> np.ndarray:
        """The row of each value, (values,) int64."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def where(self, chosen: np.ndarray) -> "Ragged":
        """Return the rows for which `chosen` (rows,) is true."""
        lengths = self.lengths
        return Ragged.of_lengths(self.values[np.repeat(chosen, lengths)], lengths[chosen])

    def take(self, rows: np.ndarray) -> "Ragged":
        """Return these rows, in this order."""
        lengths = self.lengths[rows]
        ends = np.cumsum(lengths)
        places = np.arange(lengths.sum()) + np.repeat(self.offsets[rows] - ends + lengths, lengths)
        return Ragged.of_lengths(self.values[places], lengths)

    def head(self, longest: int) -> "Ragged":
        """Return at most the first `longest` values of each row."""
        lengths = self.lengths
        if not len(lengths) or lengths.max() <= longest:
            return self
        places = np.arange(len(self.values)) - np.repeat(self.offsets[:-1], lengths)
        return Ragged.of_lengths(self.values[places < longest], np.minimum(lengths, longest))

    def followed_by(self, other: "Ragged") -> "Ragged":
        """Return these rows and then those of `other`."""
        lengths = np.concatenate([self.lengths, other.lengths])
        return Ragged.of_lengths(np.concatenate([self.values, other.values]), lengths)

    def chunks(self, size: int | None = None) -> Iterator[tuple[int, "Ragged"]]:
        """Yield runs of whole rows with about `size` (CHUNK) values or rows, and the number of each one's first row."""
        size = size or CHUNK
        first = 0
        while first < len(self):
            after = np.searchsorted(self.offsets, self.offsets[first] + size, side="right") - 1
            after = min(max(int(after), first + 1), first + size, len(self))
            offsets = self.offsets[first : after + 1]
            yield first, Ragged(self.values[offsets[0] : offsets[-1]], offsets - offsets[0])
            first = after


def is_first(values: np.ndarray) -> np.ndarray:
    """Return whether each of some sorted values differs from the one before, (n,) bool."""
    return np.concatenate([np.ones(min(len(values), 1), bool), values[1:] != values[:-1]])


def last_of_equal(values: np.ndarray) -> np.ndarray:
    """Return the place of the last of each run of equal values, (runs,) int; equal values stand together."""
    return np.flatnonzero(np.append(is_first(values)[1:], True)[: len(values)])


def repeated(values: np.ndarray, times: int) -> np.ndarray:
    """Return those of some sorted values that occur this often at least, each once."""
    firsts = max(len(values) - times + 1, 0)  # after these no run of `times` values begins
    return values[:firsts][is_first(values)[:firsts] & (values[times - 1 :][:firsts] == values[:firsts])]


def sorted_order(values: np.ndarray) -> np.ndarray:
    """Return the places of the values in their order, (n,) int64, ties as they stand; all are at least 0."""
    bits = len(values).bit_length()
    if len(values) and int(values.max()).bit_length() + bits > 63:
        return np.argsort(values, kind="stable")
    packed = (values.astype(np.int64) << bits) | np.arange(
        len(values)
    )  # sorting integers is faster than sorting places
    packed.sort()
    return packed & ((1 << bits) - 1)


def look_up(values: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Return the place of each value in a sorted table, (n,) int64, or -1 if it is not there."""
    order = sorted_order(values)  # neighbours in a large table are found sooner one after the other
    ordered = values[order]
    places = np.searchsorted(table, ordered)
    there = places < len(table)
    there[there] = table[places[there]] == ordered[there]
    result = np.empty(len(values), np.int64)
    result[order] = np.where(there, places, -1)
    return result


def count_in_rows(rows: np.ndarray, values: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the distinct pairs of a row and a value as two arrays, in order, and how often each pair occurs.

    Args:
        rows: (n,) at least 0.
        values: (n,) at least 0 and less than `size`.
    """
    if len(rows) and (int(rows.max()) + 1) * size >= 2**63:  # a pair does not fit into an integer
        kinds, values = np.unique(values, return_inverse=True)
        rows, values, counts = count_in_rows(rows, values, len(kinds))
        return rows, kinds[values], counts
    pairs = rows * np.int64(size) + values
    pairs.sort()
    starts = np.flatnonzero(is_first(pairs))
    counts = np.diff(starts, append=len(pairs))
    rows, values = np.divmod(pairs[starts], max(size, 1))
    return rows, values, counts


def count_at(rows: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """Return for each place how often its value occurs in its row, (n,) int64.

    Args:
        rows, values, size: as for `count_in_rows`; a pair must fit into an integer.
    """
    pairs = rows * np.int64(size) + values
    order = sorted_order(pairs)
    starts = np.flatnonzero(is_first(pairs[order]))
    lengths = np.diff(starts, append=len(pairs))
    counts = np.empty(len(pairs), np.int64)
    counts[order] = np.repeat(lengths, lengths)
    return counts
