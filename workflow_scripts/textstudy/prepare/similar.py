"""Similar texts, found without comparing all pairs. Similarity is the Jaccard similarity of the sets of shingles.

The search is exact. It uses the prefix filter of Chaudhuri, Ganti and Kaushik (ICDE 2006): shingles are sorted from
rare to common, and two texts can reach the threshold only if they share one of their rarest few. The first shingle that
they share in this order also bounds how many they share in all (Xiao et al., WWW 2008). So texts that were made from
one template, and share less than the threshold, are never compared.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from textstudy.components import components
from textstudy.prepare.incidence import Entries, Incidence, slices
from textstudy.ragged import is_first

_CHUNK = 5_000_000  # pairs that are looked at in one piece; bounds the memory to about 300 MB
_ROUNDING = 1e-9  # a limit that is a whole number must not be missed by a rounding error


class Pairs(NamedTuple):
    """Pairs of texts, as arrays of the same length, sorted by `first`, then `second`; `first` is the smaller row."""

    first: np.ndarray  # (pairs,) int64
    second: np.ndarray  # (pairs,) int64
    similarity: np.ndarray  # (pairs,) float64


class _Postings:
    """Entries by shingle, then by the size of their text."""

    def __init__(self, entries: Entries) -> None:
        order = np.lexsort((entries.text, entries.size, entries.column))
        self.entries = entries.keep(order)
        self._width = int(entries.size.max(initial=0)) + 2
        self._keys = self.entries.column * self._width + self.entries.size

    def find(self, column: np.ndarray, size: np.ndarray, side: str) -> np.ndarray:
        """Return where a text of this size would stand among those with this shingle: "left" or "right" of equals."""
        return np.searchsorted(
            self._keys, column * self._width + np.clip(size, 0, self._width - 1).astype(np.int64), side
        )


def near_pairs(incidence: Incidence, *, threshold: float) -> Pairs:
    """Return every pair of texts whose similarity reaches `threshold`, which is above 0 and at most 1."""
    postings = _Postings(_prefixes(incidence, _all(incidence), threshold))
    above, _ = _partners(postings, threshold)
    found = [Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))]
    rows = np.arange(len(above))
    for first, second in _expand(rows, rows + 1, above):
        found.append(_verify(incidence, postings, first, second, threshold))
    first, second, similarity = (np.concatenate(column) for column in zip(*found, strict=True))
    _, kept = np.unique(first * len(incidence.sizes) + second, return_index=True)  # one pair may share many shingles
    return Pairs(first[kept], second[kept], similarity[kept])


def near_clusters(incidence: Incidence, *, threshold: float) -> np.ndarray:
    """Return the number of the cluster of each text, (texts,): texts linked by pairs that reach `threshold`.

    Texts that are already linked are not compared, so a form letter sent a thousand times costs a thousand comparisons,
    not half a million.
    """
    postings = _Postings(_prefixes(incidence, _all(incidence), threshold))
    clusters = _all(incidence)
    above, possible = _partners(postings, threshold)
    rows = np.arange(len(above))
    neighbours = rows[above > rows + 1]
    pairs = _verify(incidence, postings, neighbours, neighbours + 1, threshold)
    clusters = link(clusters, pairs.first, pairs.second)

    entries = postings.entries
    kept = possible & _is_divided(clusters[entries.text], entries.column, possible)
    left = entries.keep(kept)
    order = np.lexsort((clusters[left.text], left.column))
    postings.entries = left = left.keep(order)
    for first, second in _expand(np.arange(len(left.text)), *_other_clusters(clusters[left.text], left.column)):
        apart = clusters[left.text[first]] != clusters[left.text[second]]
        pairs = _verify(incidence, postings, first[apart], second[apart], threshold)
        clusters = link(clusters, pairs.first, pairs.second)
    return clusters


def find_near(incidence: Incidence, texts: np.ndarray, others: np.ndarray, *, threshold: float) -> np.ndarray:
    """Return which of `others` reach `threshold` with one of `texts`, (others,) bool; both are rows."""
    postings = _Postings(_prefixes(incidence, texts, threshold))
    asking = _prefixes(incidence, others, threshold)
    low = postings.find(asking.column, np.ceil(threshold * asking.size - _ROUNDING), "left")
    high = postings.find(asking.column, _largest_partner(asking, threshold), "right")

    def similar(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        return incidence.similarities(first, second) >= threshold

    return _find_any(incidence, postings, asking, low, high, similar)[others]


def find_contained(incidence: Incidence, texts: np.ndarray, others: np.ndarray, *, share: float) -> np.ndarray:
    """Return which of `others` have `share` of their shingles in one of `texts`, (others,) bool; both are rows."""
    asking = _prefixes(incidence, others, share)
    entries = incidence.entries(texts)
    postings = _Postings(entries.keep(np.isin(entries.column, asking.column)))
    low = postings.find(asking.column, np.ceil(share * asking.size - _ROUNDING), "left")
    high = postings.find(asking.column, np.full(len(asking.size), np.iinfo(np.int32).max), "right")

    def contains(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        return incidence.intersections(first, second) / incidence.sizes[second] >= share

    return _find_any(incidence, postings, asking, low, high, contains)[others]


def link(clusters: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the clusters, (texts,), after those of each pair of texts have been put together."""
    return components(clusters[first], clusters[second], len(clusters))[clusters]


def _all(incidence: Incidence) -> np.ndarray:
    return np.arange(len(incidence.sizes))


def _prefixes(incidence: Incidence, rows: np.ndarray, share: float) -> Entries:
    """Return the rarest entries of each text: a text that shares `share` of its shingles with it shares one of these.

    If two texts share `n` of `size` shingles, the rarest of these is followed by `n - 1` others.
    """
    entries = incidence.entries(rows)
    return entries.keep(entries.rest >= share * entries.size - _ROUNDING)


def _largest_partner(entries: Entries, threshold: float) -> np.ndarray:
    """Return the size of the largest text that may be similar to an entry's text, if this is the first they share.

    They have at most `rest` shingles in common, and `threshold` of all that either has must be.
    """
    by_rest = entries.rest * (1 + threshold) / threshold - entries.size
    return np.floor(np.minimum(entries.size / threshold, by_rest) + _ROUNDING)


def _partners(postings: _Postings, threshold: float) -> tuple[np.ndarray, np.ndarray]:
    """Return for each entry where the partners that follow it end, and whether it has a partner of a possible size."""
    entries = postings.entries
    rows = np.arange(len(entries.text))
    largest = _largest_partner(entries, threshold)
    end = postings.find(entries.column, largest, "right")
    smallest = postings.find(entries.column, np.ceil(threshold * entries.size - _ROUNDING), "left")
    return np.maximum(end, rows + 1), (end > rows + 1) | (smallest < np.minimum(end, rows))


def _expand(rows: np.ndarray, low: np.ndarray, high: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the pairs of each row with the numbers from `low` to before `high`, chunk by chunk."""
    count = np.maximum(high - low, 0)
    for chunk in slices(np.cumsum(count), _CHUNK):
        counts = count[chunk]
        ends = np.cumsum(counts)
        yield np.repeat(rows[chunk], counts), np.arange(ends[-1]) + np.repeat(low[chunk] - ends + counts, counts)


def _verify(
    incidence: Incidence, postings: _Postings, first: np.ndarray, second: np.ndarray, threshold: float
) -> Pairs:
    """Return the pairs of texts behind these pairs of entries that reach the threshold, each once."""
    _, _, size, rest = postings.entries
    most = np.minimum(rest[first], rest[second])  # shingles that they can have in common
    possible = most * (1 + threshold) + _ROUNDING >= threshold * (size[first] + size[second])
    texts = np.stack([postings.entries.text[first[possible]], postings.entries.text[second[possible]]])
    codes = np.unique(texts.min(axis=0) * len(incidence.sizes) + texts.max(axis=0))
    one, other = np.divmod(codes, max(len(incidence.sizes), 1))
    similarity = incidence.similarities(one, other)
    kept = similarity >= threshold
    return Pairs(one[kept], other[kept], similarity[kept])


def _is_divided(clusters: np.ndarray, column: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Return for each entry whether those kept of its shingle belong to several clusters; `column` is sorted."""
    result = np.zeros(len(column), bool)
    places = np.flatnonzero(kept)
    if len(places):
        starts = np.flatnonzero(is_first(column[places]))
        inside = clusters[places]
        divided = np.minimum.reduceat(inside, starts) != np.maximum.reduceat(inside, starts)
        result[places] = np.repeat(divided, np.diff(np.append(starts, len(places))))
    return result


def _other_clusters(clusters: np.ndarray, column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where the entries of later clusters with the same shingle begin and end; both arrays are sorted."""
    width = int(clusters.max(initial=0)) + 1
    return (
        np.searchsorted(column * width + clusters, column * width + clusters, "right"),
        np.searchsorted(column, column, "right"),
    )


def _find_any(
    incidence: Incidence,
    postings: _Postings,
    asking: Entries,
    low: np.ndarray,
    high: np.ndarray,
    check: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> np.ndarray:
    """Return for every text whether the check holds with a partner; a text that has found one asks no more.

    In each round, every entry that still asks looks at twice as many partners as in the round before.
    """
    found = np.zeros(len(incidence.sizes), bool)
    step = 1
    while len(low):
        for rows, partners in _expand(np.arange(len(low)), low, np.minimum(low + step, high)):
            pairs = np.unique(postings.entries.text[partners] * len(found) + asking.text[rows])
            first, second = np.divmod(pairs, len(found))
            wanted = ~found[second]
            first, second = first[wanted], second[wanted]
            found[second[check(first, second)]] = True
        low = low + step
        kept = (low < high) & ~found[asking.text]
        asking, low, high, step = asking.keep(kept), low[kept], high[kept], step * 2
    return found
