"""Which text has which shingle, of the shingles that several texts have."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy import sparse

from textstudy.prepare.shingles import Hashes
from textstudy.ragged import is_first

_PART = 10_000_000  # shingles that are sorted at a time; bounds the memory to about 300 MB


class Entries(NamedTuple):
    """Shingles of texts, one entry for each text and shingle."""

    text: np.ndarray  # (entries,) int64
    column: np.ndarray  # (entries,) int64, number of the shingle, from rare to common
    size: np.ndarray  # (entries,) int64, distinct shingles of the text
    rest: np.ndarray  # (entries,) int64, those of them that are not rarer than this one

    def keep(self, kept: np.ndarray) -> "Entries":
        """Return these entries, by mask or by number."""
        return Entries(*(column[kept] for column in self))


class Incidence(NamedTuple):
    """Which text has which shingle; shingles that no other text has are left out."""

    matrix: sparse.csr_array  # (texts, shared shingles) int32 ones; columns from rare to common
    sizes: np.ndarray  # (texts,) int64, number of all distinct shingles of a text

    def entries(self, rows: np.ndarray) -> Entries:
        """Return the entries of these texts; of each, from rare to common."""
        held = np.diff(self.matrix.indptr)[rows].astype(np.int64)
        rest = np.repeat(np.cumsum(held), held) - np.arange(held.sum())
        column = self.matrix.indices[np.repeat(self.matrix.indptr[rows] + held, held) - rest].astype(np.int64)
        return Entries(np.repeat(rows, held), column, np.repeat(self.sizes[rows], held), rest)

    def intersections(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Return how many shingles each pair of texts has in common."""
        held = np.diff(self.matrix.indptr).astype(np.int64)
        result = np.empty(len(first), np.int64)
        for chunk in slices(np.cumsum(held[first] + held[second]), _PART):
            result[chunk] = self.matrix[first[chunk]].multiply(self.matrix[second[chunk]]).sum(axis=1)
        return result

    def similarities(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Return the Jaccard similarity of each pair of texts."""
        common = self.intersections(first, second)
        return common / np.maximum(self.sizes[first] + self.sizes[second] - common, 1)


def find_shared(hashes: Hashes, sides: np.ndarray | None = None) -> Incidence:
    """Return the incidence of shingles that at least two texts have; with `sides`, texts of different sides.

    Args:
        hashes: those of the texts.
        sides: (texts,) the number of the list that each text belongs to, from 0.
    """
    shingles, sizes = hashes.shingles.values, hashes.shingles.lengths
    owners = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    texts, columns, frequencies = [owners[:0]], [owners[:0]], [owners[:0]]
    for part in _parts(shingles):
        values, text = shingles[part], owners[part]
        order = np.argsort(values)
        text, starts = text[order], np.flatnonzero(is_first(values[order]))
        frequency = np.diff(np.append(starts, len(text))).astype(np.int32)
        shared = frequency > 1 if sides is None else _on_several(sides[text], starts)
        known = sum(map(len, frequencies))
        texts.append(text[np.repeat(shared, frequency)])
        columns.append(np.repeat(np.arange(known, known + shared.sum(), dtype=np.int32), frequency[shared]))
        frequencies.append(frequency[shared])
    del owners
    frequency = np.concatenate(frequencies)
    rank = np.empty(len(frequency), np.int32)
    rank[np.argsort(frequency, kind="stable")] = np.arange(len(frequency), dtype=np.int32)
    text, column = np.concatenate(texts), rank[np.concatenate(columns)]
    texts, columns = [], []  # a million texts leave little memory
    matrix = sparse.csr_array(
        (np.ones(len(text), np.int32), (text, column)), shape=(len(sizes), len(frequency)), dtype=np.int32
    )
    matrix.sort_indices()
    return Incidence(matrix, sizes)


def slices(cost: np.ndarray, most: int) -> Iterator[slice]:
    """Yield slices of at most `most` cost, but of one item at least; `cost` is the running total over the items."""
    start = 0
    while start < len(cost):
        spent = cost[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(cost, spent + most, side="right")))
        yield slice(start, stop)
        start = stop


def _parts(shingles: np.ndarray) -> Iterator[np.ndarray | slice]:
    """Yield the places of all shingles, in parts of about `_PART`; equal ones are in one part."""
    bits = max(len(shingles) // _PART, 0).bit_length()
    if not bits:
        yield slice(None)
        return
    for number in range(1 << bits):
        yield np.flatnonzero(shingles >> np.uint64(64 - bits) == number)


def _on_several(sides: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return which runs, that begin at `starts`, hold more than one side."""
    if not len(starts):
        return np.empty(0, bool)
    return np.minimum.reduceat(sides, starts) != np.maximum.reduceat(sides, starts)
