"""TF-IDF of word n-grams: what scikit-learn's TfidfVectorizer returns, for a million texts in a few gigabytes.

An n-gram is a row of word numbers, not a string. It can be in many texts only if its shorter n-grams are (Agrawal and
Srikant 1994, VLDB), so n-grams are learned by length, and rare ones, which are most, are never stored.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from textstudy.ragged import CHUNK, Ragged, count_in_rows, is_first, look_up, repeated
from textstudy.stop_words import ENGLISH
from textstudy.word_numbers import number_words
from textstudy.words import find_words

if TYPE_CHECKING:
    import pandas as pd

NONE = -1  # a word that the vectorizer does not know; fills up shorter n-grams


class NgramVectorizer:
    """TF-IDF features of word n-grams.

    Attributes (after `fit_transform` or `restore`):
        words: the words of all n-grams, sorted.
        ngrams: (features, longest) int32, indices of `words`, filled up with NONE; in the order of the n-grams as
            strings, because a space sorts before the characters of words.
        idf_: (features,) float32.
    """

    def __init__(
        self,
        ngram_range: Sequence[int],
        *,
        minimum_document_frequency: int,
        sublinear: bool = True,
        stop_words: str | None = None,
    ) -> None:
        self.ngram_range, self.minimum_document_frequency = tuple(ngram_range), minimum_document_frequency
        self.sublinear = sublinear
        self.stop_words = ENGLISH if stop_words == "english" else frozenset()

    def fit_transform(self, texts: "Sequence[str] | pd.Series") -> csr_matrix:
        """Learn the n-grams of `texts` and return their features, (texts, features) float32.

        Raises:
            ValueError: no n-gram is in enough texts.
        """
        numbers = self._learn_words(*number_words(texts, self.analyze))
        numbers = self._learn_ngrams(numbers)
        counts = self._count(numbers)
        frequency = np.zeros(len(self.ngrams), np.int64)
        for start in range(0, counts.nnz, CHUNK):
            np.add.at(frequency, counts.indices[start : start + CHUNK], 1)
        # As scikit-learn computes it: smooth, in float32.
        self.idf_ = np.log(np.float32(1 + len(numbers)) / (frequency.astype(np.float32) + 1)) + 1
        return weigh(counts, self.idf_, sublinear=self.sublinear)

    def transform(self, texts: "Sequence[str] | pd.Series") -> csr_matrix:
        """Return the features of `texts`, (texts, features) float32."""
        return weigh(self._count(self.number(texts)), self.idf_, sublinear=self.sublinear)

    def restore(self, words: Sequence[str], ngrams: np.ndarray, idf: np.ndarray) -> "NgramVectorizer":
        """Take over what a fitted vectorizer has learned."""
        self.words, self.ngrams, self.idf_ = list(words), ngrams, idf
        return self

    def analyze(self, text: str) -> list[str]:
        """Return the words of a text of which n-grams are made."""
        words = find_words(text)
        return [word for word in words if word not in self.stop_words] if self.stop_words else words

    def number(self, texts: "Sequence[str] | pd.Series") -> Ragged:
        """Return the words of texts as indices of `words`, NONE for others."""
        found, numbers = number_words(texts, self.analyze)
        return Ragged(self._number_known(found)[numbers.values], numbers.offsets)

    def occurrences(self, words: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """Yield the known n-grams of a text's words: the feature, its first word and the one after its last."""
        for length, (places, features) in enumerate(self._features(Ragged.of([self._number_known(words)])), 1):
            for feature, start in zip(features.tolist(), places.tolist(), strict=True):
                yield feature, start, start + length

    def get_feature_names_out(self) -> np.ndarray:
        """Return the n-grams as strings with a space between words, (features,) object."""
        words = np.array([*self.words, ""], object)  # NONE takes the last
        names = words[self.ngrams[:, 0]]
        for column in self.ngrams.T[1:]:
            names = names + np.where(column == NONE, "", " ").astype(object) + words[column]
        return names

    @cached_property
    def vocabulary_(self) -> Mapping[str, int]:
        """The feature of each n-gram."""
        return {name: feature for feature, name in enumerate(self.get_feature_names_out())}

    @cached_property
    def _number_of(self) -> Mapping[str, int]:
        return {word: number for number, word in enumerate(self.words)}

    def _number_known(self, words: Sequence[str]) -> np.ndarray:
        return np.fromiter((self._number_of.get(word, NONE) for word in words), np.int32, len(words))

    @cached_property
    def _trie(self) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Tables of the n-grams of two, three ... words, see `_levels`; and for each length the features, or NONE."""
        lengths = (self.ngrams != NONE).sum(axis=1)
        grams = self.ngrams[:, 0].astype(np.int64)  # of each feature's first words, as many as have been looked at
        size, tables, features = len(self.words), [], []
        for length in range(1, self.ngrams.shape[1] + 1):
            if length > 1:
                longer = lengths >= length
                keys = grams[longer] * len(self.words) + self.ngrams[longer, length - 1]  # sorted, as n-grams are
                new = is_first(keys)
                grams[longer] = np.cumsum(new) - 1
                tables.append(keys[new])
                size = len(tables[-1])
            whole = np.flatnonzero(lengths == length)
            features.append(np.full(size, NONE, np.int32))
            features[-1][grams[whole]] = whole
        return tables, features

    def _learn_words(self, words: list[str], numbers: Ragged) -> Ragged:
        """Keep the words that are in enough texts, and return the texts as indices of these."""
        frequency = np.zeros(len(words), np.int64)
        for _, chunk in numbers.chunks():
            _, values, _ = count_in_rows(chunk.rows, chunk.values, len(words))
            np.add.at(frequency, values, 1)
        frequent = np.flatnonzero(frequency >= self.minimum_document_frequency).tolist()
        kept = sorted(frequent, key=words.__getitem__)
        self.words = [words[number] for number in kept]
        index = np.full(len(words), NONE, np.int32)
        index[kept] = np.arange(len(kept), dtype=np.int32)
        return Ragged(index[numbers.values], numbers.offsets)

    def _learn_ngrams(self, numbers: Ragged) -> Ragged:
        """Find the n-grams that are in enough texts, and return the texts as indices of the words of these."""
        shortest, longest = self.ngram_range
        level = np.arange(len(self.words), dtype=np.int32)[:, None]  # n-grams of one length
        levels, tables = [level], []
        while len(levels) < longest and len(level):
            tables.append(self._frequent_keys(numbers, tables, len(level)))
            prefixes, words = np.divmod(tables[-1], len(self.words))
            level = np.column_stack([level[prefixes], words.astype(np.int32)])
            levels.append(level)
        padded = [np.pad(level, ((0, 0), (0, longest - level.shape[1])), constant_values=NONE) for level in levels]
        ngrams = np.concatenate([np.empty((0, longest), np.int32), *padded[shortest - 1 :]])
        if not len(ngrams):
            raise ValueError(f"no n-gram of words is in {self.minimum_document_frequency} of the {len(numbers)} texts")
        self.ngrams = ngrams[np.lexsort(ngrams.T[::-1])]
        if shortest == 1:
            return numbers
        used = np.unique(self.ngrams[self.ngrams >= 0])
        index = np.full(len(self.words) + 1, NONE, np.int32)  # the last is that of NONE
        index[used] = np.arange(len(used), dtype=np.int32)
        self.words, self.ngrams = [self.words[number] for number in used], index[self.ngrams]
        return Ragged(index[numbers.values], numbers.offsets)

    def _frequent_keys(self, numbers: Ragged, tables: list[np.ndarray], prefixes: int) -> np.ndarray:
        """Return the sorted keys of the n-grams that are one word longer than those of the last table."""
        found, filled = np.empty(len(numbers.values), np.int64), 0
        for _, chunk in numbers.chunks():
            *_, grams = _levels(chunk, tables, len(self.words))
            places, keys = _extend(chunk, grams, len(tables) + 2, len(self.words))
            _, keys, _ = count_in_rows(chunk.rows[places], keys, prefixes * len(self.words))  # once a text
            found[filled : filled + len(keys)] = keys
            filled += len(keys)
        found[:filled].sort()
        return repeated(found[:filled], self.minimum_document_frequency)

    def _count(self, numbers: Ragged) -> csr_matrix:
        """Return how often each n-gram is in each text, (texts, features) float32."""
        # As long as can be. Memory is taken only where something is written.
        longest = len(numbers.values) * self.ngrams.shape[1]
        indices, data, lengths, filled = np.empty(longest, np.int32), np.empty(longest, np.float32), [], 0
        for _, chunk in numbers.chunks():
            places, features = map(np.concatenate, zip(*self._features(chunk), strict=True))
            rows, features, counts = count_in_rows(chunk.rows[places], features, len(self.ngrams))
            lengths.append(np.bincount(rows, minlength=len(chunk)))
            indices[filled : filled + len(features)], data[filled : filled + len(features)] = features, counts
            filled += len(features)
        offsets = np.cumsum(np.concatenate([[0], *lengths]))
        return csr_matrix((data[:filled], indices[:filled], offsets), shape=(len(numbers), len(self.ngrams)))

    def _features(self, texts: Ragged) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield for n-grams of one, two ... words where in `texts.values` they begin, and which features they are."""
        tables, features = self._trie
        for grams, of_gram in zip(_levels(texts, tables, len(self.words)), features, strict=True):
            places = np.flatnonzero(grams >= 0)
            found = of_gram[grams[places]]
            yield places[found >= 0], found[found >= 0]


def weigh(counts: csr_matrix, idf: np.ndarray, *, sublinear: bool) -> csr_matrix:
    """Turn counts into TF-IDF of length 1, in place: the same bits as from scikit-learn.

    Args:
        counts: (texts, features) float32.
        idf: (features,) float32.
        sublinear: 1 + log tf instead of tf.
    """
    for start in range(0, counts.nnz, CHUNK):
        data = counts.data[start : start + CHUNK]
        if sublinear:
            np.log(data, out=data)
            data += 1
        data *= idf[counts.indices[start : start + CHUNK]]
    for first in range(0, counts.shape[0], CHUNK):
        offsets = counts.indptr[first : first + CHUNK + 1]
        data = counts.data[offsets[0] : offsets[-1]]
        rows = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
        # bincount adds in order and in float64, as scikit-learn does; the sums of other functions differ in last bits.
        lengths = np.sqrt(np.bincount(rows, weights=data * data, minlength=len(offsets) - 1))
        data[:] = data / lengths[rows]
    return counts


def _levels(texts: Ragged, tables: Sequence[np.ndarray], words: int) -> Iterator[np.ndarray]:
    """Yield for each length the n-gram that begins at each word of the texts, (values,), NONE if it is not known.

    An n-gram of one word is the number of the word. A longer one is the place of its key in the table of its length:
    the shorter n-gram before its last word, times the number of `words`, plus the last word.
    """
    grams = texts.values
    yield grams
    for length, table in enumerate(tables, 2):
        places, keys = _extend(texts, grams, length, words)
        grams = np.full(len(texts.values), NONE, np.int64)
        grams[places] = look_up(keys, table)
        yield grams


def _extend(texts: Ragged, grams: np.ndarray, length: int, words: int) -> tuple[np.ndarray, np.ndarray]:
    """Return where known n-grams are followed by known words in the same text, and the keys of both together."""
    reach = length - 1
    rows = texts.rows
    fits = (
        (grams[: len(grams) - reach] >= 0) & (texts.values[reach:] >= 0) & (rows[: len(rows) - reach] == rows[reach:])
    )
    places = np.flatnonzero(fits)
    return places, grams[places].astype(np.int64) * words + texts.values[places + reach]
