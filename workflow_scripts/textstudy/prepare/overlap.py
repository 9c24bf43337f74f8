"""How alike two texts are: word 5-grams, the Jaccard similarity of their sets, and every pair above a threshold.

Pairs are found exactly, with the prefix filter of Chaudhuri, Ganti and Kaushik (ICDE 2006): shingles are ordered from
rare to common, and two texts can only be similar enough if they share one of their first few. Common shingles, such
as those of a form letter, are thereby never looked up. Beyond `EXACT_LIMIT` texts MinHash (Broder 1997) proposes the
candidates, and each is verified exactly, so a pair may be missed (see `RECALL`) but none is made up.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse

from textstudy.prepare.words import exact_key

SHINGLE_SIZE = 5  # words
EXACT_LIMIT = 1_000_000  # texts; at 200,000 texts of 100 words the exact search took 0.2 s and MinHash 57 s
RECALL = 0.999  # least chance that MinHash proposes a pair that lies exactly on the threshold
PERMUTATIONS = 128
_CHUNK = 20_000_000  # entries of an intermediate sparse product, which bounds memory to some 300 MB

_POSITIONS = np.random.default_rng(5).integers(2**62, 2**63, SHINGLE_SIZE, dtype=np.uint64) | np.uint64(1)


class Pairs(NamedTuple):
    """Pairs of texts as equally long arrays, sorted by `first`, then `second`."""

    first: np.ndarray  # (pairs,) int64, row in the first list
    second: np.ndarray  # (pairs,) int64, row in the second list
    similarity: np.ndarray  # (pairs,) float64


class Incidence(NamedTuple):
    """Which text holds which shingle, without the shingles that cannot be shared."""

    matrix: sparse.csr_array  # (texts, shared shingles) int32 ones; columns run from rare to common
    sizes: np.ndarray  # (texts,) int64, all distinct shingles of a text
    cut: int | None  # row where the second list begins; none where texts are compared with each other


class _WordHashes(dict):
    """64 random-looking bits per word, the same in every process, computed when a word is first seen."""

    def __missing__(self, word: str) -> int:
        value = int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
        self[word] = value
        return value


def _shingle_hashes(text: str, size: int, hashes: _WordHashes) -> np.ndarray:
    words = exact_key(text).split()
    values = np.fromiter(map(hashes.__getitem__, words), np.uint64, len(words))
    size = min(size, len(words))
    if not size:
        return values
    count = len(words) - size + 1
    total = np.full(count, size, np.uint64)
    for position in range(size):
        total += values[position : position + count] * _POSITIONS[position]  # wraps around, as a hash may
    return np.unique(total)


def shingles(text: str, size: int = SHINGLE_SIZE) -> set[int]:
    """Return the hashes of the word n-grams of a text, of up to five words each.

    A shorter text has one shingle, all of its words; an empty one has none.
    """
    return set(_shingle_hashes(text, size, _WordHashes()).tolist())


def jaccard(first: str, second: str) -> float:
    """Return the share of the shingles of two texts that both have; 0 where neither has any."""
    one, other = shingles(first), shingles(second)
    return len(one & other) / len(one | other) if one or other else 0.0


def near_pairs(
    texts: Sequence[str],
    others: Sequence[str] | None = None,
    *,
    threshold: float,
    exact_limit: int = EXACT_LIMIT,
) -> Pairs:
    """Return every pair of texts whose Jaccard similarity reaches `threshold`.

    Args:
        texts: the texts to compare with each other or, where given, with `others`.
        others: a second list; `second` of the result then counts its rows.
        threshold: above 0, up to 1.
        exact_limit: the number of texts up to which the search is exhaustive.

    Memory is some 45 bytes per shingle; time and memory also grow with the number of pairs there are.
    """
    return _near_pairs(_incidence(texts, others), threshold, exact_limit)


def compare(texts: Sequence[str], others: Sequence[str], *, threshold: float, share: float) -> tuple[Pairs, np.ndarray]:
    """Return the near pairs of two lists, and which of `others` have `share` of their shingles in one of `texts`.

    The second result holds booleans (others,).
    """
    incidence = _incidence(texts, others)
    return _near_pairs(incidence, threshold, EXACT_LIMIT), _contained(incidence, share)


def _incidence(texts: Sequence[str], others: Sequence[str] | None) -> Incidence:
    """Return the incidence of the texts and, below them, of the others."""
    hashes = _WordHashes()
    rows = [_shingle_hashes(text, SHINGLE_SIZE, hashes) for text in (*texts, *(() if others is None else others))]
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


def _near_pairs(incidence: Incidence, threshold: float, exact_limit: int) -> Pairs:
    search = _exact_candidates if len(incidence.sizes) <= exact_limit else _minhash_candidates
    found = [_verified(incidence, *pairs, threshold=threshold) for pairs in search(incidence, threshold)]
    found.append(Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)))
    first, second, similarity = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((second, first))
    return Pairs(first[order], second[order] - (incidence.cut or 0), similarity[order])


def _contained(incidence: Incidence, share: float) -> np.ndarray:
    matrix, sizes, cut = incidence
    result = np.zeros(matrix.shape[0], bool)
    for first, second in _products(_prefixes(incidence, share)[cut:], matrix[:cut]):
        first += cut
        possible = sizes[second] / sizes[first] >= share
        first, second = first[possible], second[possible]
        result[first[_intersections(matrix, first, second) / sizes[first] >= share]] = True
    return result[cut:]


def _prefixes(incidence: Incidence, share: float) -> sparse.csr_array:
    """Return the incidence cut to the rarest shingles: where `share` of a text stands, one of these does.

    If `n` of `size` shingles are common, so is one of any `size - n + 1`. Those left out of the matrix come first.
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
    """Yield the rows of `left` and of `right` that share a column, a bounded chunk of `left` at a time."""
    frequency = np.bincount(right.indices, minlength=right.shape[1])
    cost = np.concatenate([[0], np.cumsum(frequency[left.indices])])[left.indptr[1:]]  # entries up to each row's end
    transposed = right.T.tocsr()
    for rows in _chunks(cost):
        product = (left[rows] @ transposed).tocoo()
        yield product.row.astype(np.int64) + rows.start, product.col.astype(np.int64)


def _chunks(cost: np.ndarray) -> Iterator[slice]:
    """Yield slices whose cost, given as its running total, stays within `_CHUNK` or which hold a single item."""
    start = 0
    while start < len(cost):
        spent = cost[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(cost, spent + _CHUNK, side="right")))
        yield slice(start, stop)
        start = stop


def _exact_candidates(incidence: Incidence, threshold: float) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    prefixes = _prefixes(incidence, threshold)
    cut = incidence.cut
    for first, second in _products(prefixes[:cut], prefixes[cut:]):
        second += cut or 0
        kept = first < second
        yield first[kept], second[kept]


def banding(threshold: float) -> tuple[int, int]:
    """Return the bands and rows of the MinHash index: the most selective ones that keep `RECALL` at the threshold.

    A pair of similarity s shares a band of r rows with chance 1 - (1 - s^r)^bands.
    """
    for rows in range(PERMUTATIONS // 2, 1, -1):
        bands = PERMUTATIONS // rows
        if 1 - (1 - threshold**rows) ** bands >= RECALL:
            return bands, rows
    return PERMUTATIONS, 1


def _minhash_candidates(incidence: Incidence, threshold: float) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    from datasketch import MinHash, MinHashLSH  # only large corpora pay for the import

    matrix, _, cut = incidence
    index = MinHashLSH(num_perm=PERMUTATIONS, params=banding(threshold))
    empty = MinHash(num_perm=PERMUTATIONS, seed=1, scheme="affine32", hashfunc=int)
    seen = range(matrix.shape[0]) if cut is None else (*range(cut, matrix.shape[0]), *range(cut))
    first, second = [], []
    for row in seen:
        columns = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        if not len(columns):
            continue
        sketch = empty.copy()
        sketch.update_batch(columns.tolist())
        if cut is None or row < cut:
            matches = index.query(sketch)
            second.extend(matches)
            first.extend([row] * len(matches))
        if cut is None or row >= cut:
            index.insert(row, sketch, check_duplication=False)
    lower, upper = np.array([first, second], np.int64).reshape(2, -1)
    yield np.minimum(lower, upper), np.maximum(lower, upper)


def _intersections(matrix: sparse.csr_array, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return how many shingles each pair of rows has in common."""
    held = np.diff(matrix.indptr).astype(np.int64)
    result = np.empty(len(first), np.int64)
    for chunk in _chunks(np.cumsum(held[first] + held[second])):
        result[chunk] = matrix[first[chunk]].multiply(matrix[second[chunk]]).sum(axis=1)
    return result


def _verified(incidence: Incidence, first: np.ndarray, second: np.ndarray, *, threshold: float) -> Pairs:
    """Return those of the candidate pairs that reach the threshold."""
    matrix, sizes, _ = incidence
    possible = np.minimum(sizes[first], sizes[second]) / np.maximum(sizes[first], sizes[second]) >= threshold
    first, second = first[possible], second[possible]
    common = _intersections(matrix, first, second)
    similarity = common / (sizes[first] + sizes[second] - common)
    kept = similarity >= threshold
    return Pairs(first[kept], second[kept], similarity[kept])
