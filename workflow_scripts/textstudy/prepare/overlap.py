"""The similarity of texts: the Jaccard similarity of their sets of word 5-grams (shingles), and all similar pairs.

The search is exact. It uses the prefix filter of Chaudhuri, Ganti and Kaushik (ICDE 2006): shingles are sorted from
rare to common, and two texts can reach the threshold only if they share one of their rarest few. Common shingles, such
as those of a form letter, are never looked up. The search over 200,000 texts of 100 words took 0.2 s.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse

from textstudy.words import word_key

SHINGLE_SIZE = 5  # words
_CHUNK = 20_000_000  # entries of an intermediate sparse product; bounds its memory to about 300 MB

_POSITIONS = np.random.default_rng(5).integers(2**62, 2**63, SHINGLE_SIZE, dtype=np.uint64) | np.uint64(1)


class Pairs(NamedTuple):
    """Pairs of texts, as arrays of the same length, sorted by `first`, then `second`."""

    first: np.ndarray  # (pairs,) int64, row in the first list
    second: np.ndarray  # (pairs,) int64, row in the second list
    similarity: np.ndarray  # (pairs,) float64


class Incidence(NamedTuple):
    """Which text has which shingle; shingles of a single text are left out."""

    matrix: sparse.csr_array  # (texts, shared shingles) int32 ones; columns from rare to common
    sizes: np.ndarray  # (texts,) int64, number of all distinct shingles of a text
    cut: int | None  # row where the second list begins; None if the texts of one list are compared with each other


class _WordHashes(dict):
    """Word → 64-bit hash, computed when the word is first looked up. Python's own hash differs between processes."""

    def __missing__(self, word: str) -> int:
        value = int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
        self[word] = value
        return value


def _shingle_hashes(text: str, hashes: _WordHashes) -> np.ndarray:
    """Return the sorted distinct hashes of a text's shingles; a text of fewer than five words is one shingle."""
    words = word_key(text).split()
    values = np.fromiter(map(hashes.__getitem__, words), np.uint64, len(words))
    size = min(SHINGLE_SIZE, len(words))
    if not size:
        return values
    count = len(words) - size + 1
    total = np.full(count, size, np.uint64)
    for position in range(size):
        total += values[position : position + count] * _POSITIONS[position]  # may overflow
    return np.unique(total)


def shingles(text: str) -> set[int]:
    """Return the hashes of a text's word 5-grams; a shorter text has one shingle, all its words, an empty one none."""
    return set(_shingle_hashes(text, _WordHashes()).tolist())


def jaccard(first: str, second: str) -> float:
    """Return the number of shingles that both texts have, divided by the number that either has; 0 without any."""
    one, other = shingles(first), shingles(second)
    return len(one & other) / len(one | other) if one or other else 0.0


def near_pairs(texts: Sequence[str], *, threshold: float) -> Pairs:
    """Return every pair of texts whose Jaccard similarity reaches `threshold`, which is above 0 and at most 1.

    Memory is about 45 bytes per shingle; time and memory also grow with the number of pairs found.
    """
    return _near_pairs(_incidence(texts, None), threshold)


def compare(texts: Sequence[str], others: Sequence[str], *, threshold: float, share: float) -> tuple[Pairs, np.ndarray]:
    """Return the near pairs between two lists, and which of `others` have `share` of their shingles in one of `texts`.

    `second` of the pairs is the row in `others`. The second result is an array of booleans, (others,).
    """
    incidence = _incidence(texts, others)
    return _near_pairs(incidence, threshold), _contained(incidence, share)


def _incidence(texts: Sequence[str], others: Sequence[str] | None) -> Incidence:
    """Return the incidence of the texts and, in the rows below them, of the others."""
    hashes = _WordHashes()
    rows = [_shingle_hashes(text, hashes) for text in (*texts, *(() if others is None else others))]
    sizes = np.fromiter(map(len, rows), np.int64, len(rows))
    values = np.concatenate([*rows, np.empty(0, np.uint64)])
    if others is None:
        ordered = np.sort(values)
        shared = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    else:
        cut = sizes[: len(texts)].sum()
        shared = np.intersect1d(values[:cut], values[cut:])
    columns = np.searchsorted(shared, values)
    kept = np.append(shared, np.uint64(0))[columns] == values
    kept &= columns < len(shared)
    columns, owners = columns[kept], np.repeat(np.arange(len(rows)), sizes)[kept]
    rank = np.empty(len(shared), np.int64)
    rank[np.argsort(np.bincount(columns, minlength=len(shared)), kind="stable")] = np.arange(len(shared))
    ones = np.ones(len(columns), np.int32)
    matrix = sparse.csr_array((ones, (owners, rank[columns])), shape=(len(rows), len(shared)))
    matrix.sort_indices()
    return Incidence(matrix, sizes, None if others is None else len(texts))


def _near_pairs(incidence: Incidence, threshold: float) -> Pairs:
    found = [_verify(incidence, *pairs, threshold=threshold) for pairs in _candidates(incidence, threshold)]
    found.append(Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)))
    first, second, similarity = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((second, first))
    return Pairs(first[order], second[order] - (incidence.cut or 0), similarity[order])


def _contained(incidence: Incidence, share: float) -> np.ndarray:
    """Return which texts of the second list have `share` of their shingles in one text of the first."""
    matrix, sizes, cut = incidence
    result = np.zeros(matrix.shape[0], bool)
    for first, second in _products(_prefixes(incidence, share)[cut:], matrix[:cut]):
        first += cut
        possible = sizes[second] / sizes[first] >= share
        first, second = first[possible], second[possible]
        result[first[_intersections(matrix, first, second) / sizes[first] >= share]] = True
    return result[cut:]


def _prefixes(incidence: Incidence, share: float) -> sparse.csr_array:
    """Return the incidence of each text's rarest shingles; a text that shares `share` of them all shares one of these.

    If two texts share `n` of `size` shingles, they share one of any `size - n + 1`. Shingles that the matrix leaves out
    are the rarest of all, so they are counted first.
    """
    matrix, sizes, _ = incidence
    needed = np.ceil(share * sizes - 1e-9).astype(np.int64)
    held = np.diff(matrix.indptr)
    length = np.clip(sizes - needed + 1 - (sizes - held), 0, held)
    position = np.arange(matrix.nnz) - np.repeat(matrix.indptr[:-1], held)
    kept = position < np.repeat(length, held)
    indptr = np.concatenate([[0], np.cumsum(length)])
    return sparse.csr_array((matrix.data[kept], matrix.indices[kept], indptr), shape=matrix.shape)


def _products(left: sparse.csr_array, right: sparse.csr_array) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the rows of `left` and of `right` that share a column, for one chunk of `left` after another."""
    frequency = np.bincount(right.indices, minlength=right.shape[1])
    cost = np.concatenate([[0], np.cumsum(frequency[left.indices])])[left.indptr[1:]]  # entries up to each row's end
    transposed = right.T.tocsr()
    for rows in _chunks(cost):
        product = (left[rows] @ transposed).tocoo()
        yield product.row.astype(np.int64) + rows.start, product.col.astype(np.int64)


def _chunks(cost: np.ndarray) -> Iterator[slice]:
    """Yield slices of at most `_CHUNK` cost, but of one item at least; `cost` is the running total over the items."""
    start = 0
    while start < len(cost):
        spent = cost[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(cost, spent + _CHUNK, side="right")))
        yield slice(start, stop)
        start = stop


def _candidates(incidence: Incidence, threshold: float) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the pairs of rows that share one of their rarest shingles: all similar pairs, and others."""
    prefixes = _prefixes(incidence, threshold)
    cut = incidence.cut
    for first, second in _products(prefixes[:cut], prefixes[cut:]):
        second += cut or 0
        kept = first < second
        yield first[kept], second[kept]


def _intersections(matrix: sparse.csr_array, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return how many shingles each pair of rows has in common."""
    held = np.diff(matrix.indptr).astype(np.int64)
    result = np.empty(len(first), np.int64)
    for chunk in _chunks(np.cumsum(held[first] + held[second])):
        result[chunk] = matrix[first[chunk]].multiply(matrix[second[chunk]]).sum(axis=1)
    return result


def _verify(incidence: Incidence, first: np.ndarray, second: np.ndarray, *, threshold: float) -> Pairs:
    """Return those of the candidate pairs that reach the threshold."""
    matrix, sizes, _ = incidence
    possible = np.minimum(sizes[first], sizes[second]) / np.maximum(sizes[first], sizes[second]) >= threshold
    first, second = first[possible], second[possible]
    common = _intersections(matrix, first, second)
    similarity = common / (sizes[first] + sizes[second] - common)
    kept = similarity >= threshold
    return Pairs(first[kept], second[kept], similarity[kept])
