"""TF-IDF of the n-grams of characters within words: what scikit-learn's TfidfVectorizer returns for `char_wb`.

scikit-learn learns the n-grams; new texts need it no more.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from textstudy.ngrams import weigh
from textstudy.ragged import CHUNK, Ragged, count_in_rows
from textstudy.word_numbers import number_words

if TYPE_CHECKING:
    import pandas as pd


class CharacterVectorizer:
    """TF-IDF features of character n-grams; a space stands before and after each word.

    Attributes (after `fit_transform` or `restore`):
        ngrams: the n-grams, sorted.
        idf_: (features,) float32.
    """

    def __init__(
        self, ngram_range: Sequence[int], *, minimum_document_frequency: int = 1, sublinear: bool = True
    ) -> None:
        self.ngram_range, self.minimum_document_frequency = tuple(ngram_range), minimum_document_frequency
        self.sublinear = sublinear

    def fit_transform(self, texts: "Sequence[str] | pd.Series") -> csr_matrix:
        """Learn the n-grams of `texts` and return their features, (texts, features) float32.

        Raises:
            ValueError: no n-gram is in enough texts.
        """
        from sklearn.feature_extraction.text import TfidfVectorizer

        learner = TfidfVectorizer(
            analyzer="char_wb",
            ngram_range=self.ngram_range,
            min_df=self.minimum_document_frequency,
            sublinear_tf=self.sublinear,
            dtype=np.float32,
        )
        features = learner.fit_transform(texts)
        self.restore(learner.get_feature_names_out().tolist(), learner.idf_)
        return features

    def transform(self, texts: "Sequence[str] | pd.Series") -> csr_matrix:
        """Return the features of `texts`, (texts, features) float32; the same bits as from scikit-learn."""
        words, numbers = number_words(texts, _split)
        # (words,) rows: the features of each distinct word, which are looked up once however often it occurs.
        of_word = Ragged.of([self._features(word) for word in words])
        parts, lengths = [(np.empty(0, np.int64), np.empty(0, np.int64))], [np.empty(0, np.int64)]
        for _, chunk in numbers.chunks(CHUNK // 16):  # a word has some 16 n-grams
            found = of_word.take(chunk.values)
            rows, features, counts = count_in_rows(chunk.rows[found.rows], found.values, len(self.ngrams))
            parts.append((features, counts))
            lengths.append(np.bincount(rows, minlength=len(chunk)))
        indices, data = map(np.concatenate, zip(*parts, strict=True))
        offsets = np.cumsum(np.concatenate([[0], *lengths]))
        counts = csr_matrix(
            (data.astype(np.float32), indices.astype(np.int32), offsets), shape=(len(numbers), len(self.ngrams))
        )
        return weigh(counts, self.idf_, sublinear=self.sublinear)

    def restore(self, ngrams: Sequence[str], idf: np.ndarray) -> "CharacterVectorizer":
        """Take over what a fitted vectorizer has learned."""
        self.ngrams, self.idf_ = list(ngrams), idf
        return self

    def analyze(self, text: str) -> list[str]:
        """Return the n-grams of a text, word by word."""
        return [ngram for word in _split(text) for ngram in self._ngrams(word)]

    def get_feature_names_out(self) -> np.ndarray:
        """Return the n-grams, (features,) object."""
        return np.array(self.ngrams, object)

    @cached_property
    def vocabulary_(self) -> Mapping[str, int]:
        """The feature of each n-gram."""
        return {ngram: feature for feature, ngram in enumerate(self.ngrams)}

    def _features(self, word: str) -> list[int]:
        return [self.vocabulary_[ngram] for ngram in self._ngrams(word) if ngram in self.vocabulary_]

    def _ngrams(self, word: str) -> Iterator[str]:
        """Yield the n-grams of a word between spaces; a word shorter than all of them counts as one, once."""
        padded = f" {word} "
        shortest, longest = self.ngram_range
        for size in range(shortest, longest + 1):
            yield padded[:size]
            yield from (padded[start : start + size] for start in range(1, len(padded) - size + 1))
            if size >= len(padded):
                break


def _split(text: str) -> list[str]:
    return text.lower().split()
