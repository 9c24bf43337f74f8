"""Numbers that stand for texts: hashes of the whole text, of its words, and of its word 5-grams (shingles).

Equal texts have equal hashes in every process. Two texts that differ share a 64-bit hash with a probability of 5e-20:
of 40 million corpora of a million texts, one has such a pair.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd
from tqdm import tqdm

from textstudy.processes import map_in_processes
from textstudy.ragged import Ragged, is_first
from textstudy.words import exact_key, key_words

SHINGLE_SIZE = 5  # words
_CHUNK = 5_000  # texts that are hashed in one piece
_KNOWN_WORDS = 1_000_000  # words whose hashes a process remembers, about 150 MB

_numbers = np.random.default_rng(5)
_POSITIONS = _numbers.integers(2**62, 2**63, SHINGLE_SIZE, dtype=np.uint64) | np.uint64(1)
_BASE = _numbers.integers(2**62, 2**63, dtype=np.uint64) | np.uint64(1)


class Hashes(NamedTuple):
    """Hashes of a list of texts."""

    exact: np.ndarray  # (texts,) uint64, of the text without case and spacing
    words: np.ndarray  # (texts,) uint64, of its words in order
    shingles: Ragged  # uint64, a row a text: its distinct shingles in ascending order

    def take(self, rows: np.ndarray) -> "Hashes":
        """Return the hashes of these texts, in this order."""
        if (np.diff(rows) > 0).all():  # a mask needs an eighth of the memory of places
            taken = np.zeros(len(self.exact), bool)
            taken[rows] = True
            shingles = self.shingles.where(taken)
        else:
            shingles = self.shingles.take(rows)
        return Hashes(self.exact[rows], self.words[rows], shingles)


class _WordHashes(dict):
    """Word → 64-bit hash, computed when the word is first looked up. Python's own hash differs between processes."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _KNOWN_WORDS:
            self.clear()
        value = self[word] = _hash(word)
        return value


_word_hashes = _WordHashes()


def hash_texts(texts: pd.Series, *, processes: int = 1) -> Hashes:
    """Return the hashes of the texts. In scripts without spaces, a shingle has five characters.

    A text of fewer than five words has one shingle, all its words, and an empty one none. The result does not depend on
    the number of processes.
    """

    def hash_from(start: int) -> Hashes:
        return _hash_chunk(texts.iloc[start : start + _CHUNK].tolist())

    starts = range(0, len(texts), _CHUNK)
    return join_hashes(_progress(map_in_processes(hash_from, starts, processes), len(starts)))


def shingles(text: str) -> set[int]:
    """Return the hashes of a text's shingles."""
    return set(_hash_chunk([text]).shingles.values.tolist())


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _progress(parts: Iterator[Hashes], total: int) -> Iterator[Hashes]:
    return tqdm(parts, desc="compare texts", unit_scale=_CHUNK, unit=" texts", total=total, disable=None)


def join_hashes(parts: Iterable[Hashes]) -> Hashes:
    """Return the hashes of several lists of texts as those of one list."""
    none = np.empty(0, np.uint64)
    parts = [Hashes(none, none, Ragged.of_lengths(none, np.empty(0, np.int64))), *parts]
    values = np.concatenate([part.shingles.values for part in parts])
    lengths = np.concatenate([part.shingles.lengths for part in parts])
    exact, words = (np.concatenate([getattr(part, name) for part in parts]) for name in ("exact", "words"))
    return Hashes(exact, words, Ragged.of_lengths(values, lengths))


def _hash_chunk(texts: Sequence[str]) -> Hashes:
    exact = np.fromiter((_hash(exact_key(text)) for text in texts), np.uint64, len(texts))
    words = [key_words(text) for text in texts]
    lengths = np.fromiter(map(len, words), np.int64, len(texts))
    values = np.fromiter(map(_word_hashes.__getitem__, chain.from_iterable(words)), np.uint64, lengths.sum())
    begins = np.concatenate([[0], np.cumsum(lengths)])
    place = np.arange(len(values)) - np.repeat(begins[:-1], lengths)  # of each word in its text

    # All sums below are modulo 2^64.
    powers = np.cumprod(np.full(lengths.max(initial=0) + 1, _BASE))
    sequence = np.concatenate([[np.uint64(0)], np.cumsum(values * powers[place])])
    of_words = sequence[begins[1:]] - sequence[begins[:-1]]

    size = np.minimum(lengths, SHINGLE_SIZE)
    counts = np.where(lengths > 0, lengths - size + 1, 0)
    found = Ragged.of_lengths(np.repeat(size, counts).astype(np.uint64), counts)
    starts = np.arange(len(found.values)) + np.repeat(begins[:-1] - found.offsets[:-1], counts)
    size = np.repeat(size, counts)
    for position in range(SHINGLE_SIZE):
        inside = position < size
        found.values[inside] += values[starts[inside] + position] * _POSITIONS[position]
    return Hashes(exact, of_words, _distinct(found))


def _distinct(rows: Ragged) -> Ragged:
    """Return the values of each row sorted and without repetition; `rows` are sorted in place."""
    values, offsets = rows.values, rows.offsets
    for start, stop in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True):
        values[start:stop].sort()
    kept = is_first(values)
    kept[offsets[:-1][rows.lengths > 0]] = True
    return Ragged(values[kept], np.concatenate([[0], np.cumsum(kept)])[offsets])
