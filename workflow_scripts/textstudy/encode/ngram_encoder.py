"""New texts in the `ngrams` encoding: words, n-grams of words and n-grams of characters, hashed to numbers.

They are the features of fastText (Joulin et al. 2016, arXiv:1607.01759; Bojanowski et al. 2017, arXiv:1607.04606)
without its dictionary: words are hashed as well, so no word is unknown, and its characters say what it is like.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from textstudy.ragged import Ragged
from textstudy.storage.files import read_json
from textstudy.word_numbers import number_words
from textstudy.words import find_tokens

NOTHING = 0  # padding, and all that a text without words has
_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio, which spreads hashes (Knuth 1998, section 6.4)
_HIGH = np.uint64(32)  # the upper half of a product has bits of all its factors
_WORDS = 100_000  # expanded at once; a word has some ten n-grams


@dataclass(frozen=True)
class NgramEncoder:
    """Turns texts into numbers of n-grams; new texts are encoded exactly like those of the encoding, and none is cut.

    Attributes:
        buckets: n-grams are numbered from 1 to `buckets`. Those that share a number are one to a model.
        word_ngrams: words in the longest n-gram.
        character_ngrams: characters in the shortest and the longest n-gram inside a word, or None.
        lowercase: whether words are folded to lower case.
    """

    buckets: int
    word_ngrams: int
    character_ngrams: Sequence[int] | None
    lowercase: bool

    @classmethod
    def of(cls, description: Mapping[str, Any]) -> "NgramEncoder":
        """Return the encoder of an encoding, from its settings or its encoding.json."""
        return cls(**{name: description[name] for name in cls.__dataclass_fields__})

    @classmethod
    def load(cls, folder: Path | str) -> "NgramEncoder":
        """Return the encoder that made the encoding in `folder`."""
        return cls.of(read_json(Path(folder) / "encoding.json"))

    def encode(self, texts: Sequence[str], *, processes: int = 1) -> Ragged:
        """Return the n-grams of each text, int32: word by word as in `hash_word`, then pairs of words, and so on."""
        found = number_words(texts, partial(find_tokens, lowercase=self.lowercase), processes=processes)
        of_word = Ragged.of([self.hash_word(word) for word in found.words], np.uint64)
        ids, lengths = [np.empty(0, np.int32)], [np.empty(0, np.int64)]
        for _, chunk in found.texts.chunks(_WORDS):
            inside = of_word.take(chunk.values)
            rows, hashes = [chunk.rows[inside.rows]], [inside.values]
            for places, grams in self._hash_sequences(chunk, of_word.values[of_word.offsets[:-1]]):
                rows.append(places)
                hashes.append(grams)
            rows.append(np.flatnonzero(chunk.lengths == 0))
            of_row = np.concatenate(rows)
            numbers = np.concatenate(hashes) % np.uint64(self.buckets) + np.uint64(1)
            numbers = np.concatenate([numbers, np.full(len(rows[-1]), NOTHING, np.uint64)])
            ids.append(numbers[np.argsort(of_row, kind="stable")].astype(np.int32))
            lengths.append(np.bincount(of_row, minlength=len(chunk)))
        return Ragged.of_lengths(np.concatenate(ids), np.concatenate(lengths))

    def hash_word(self, word: str) -> list[int]:
        """Return the hashes of a word and of its n-grams of characters. Its two edges count as characters."""
        framed = f"<{word}>"
        shortest, longest = self.character_ngrams or (1, 0)
        parts = [
            framed[start : start + size]
            for size in range(shortest, min(longest, len(framed) - 1) + 1)
            for start in range(len(framed) - size + 1)
        ]
        return [crc32(part.encode(errors="replace")) for part in (framed, *parts)]

    def _hash_sequences(self, texts: Ragged, whole: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return for pairs, triples … of words the text of each and its hash; `whole` has the hash of each word."""
        words, rows, found = whole[texts.values], texts.rows, []
        grams = words
        for size in range(2, self.word_ngrams + 1):
            grams = grams[: len(words) - size + 1] * _FACTOR + words[size - 1 :]
            inside = rows[: len(grams)] == rows[size - 1 :]
            found.append((rows[: len(grams)][inside], (grams[inside] * _FACTOR) >> _HIGH))
        return found
