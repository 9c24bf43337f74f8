"""New texts in the `words` encoding: word ids with TF-IDF weights, by the vocabulary of a training split.

Words are those of `textstudy.words`, and each punctuation mark is a token as well, as in the texts of GloVe.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from textstudy.ragged import Ragged, count_at
from textstudy.storage.files import read_json, read_tensors
from textstudy.word_numbers import WordNumbers, number_words
from textstudy.words import find_tokens

PADDING, UNKNOWN = 0, 1


@dataclass(frozen=True)
class WordEncoder:
    """Turns texts into word ids and TF-IDF weights; new texts are encoded exactly like those of the encoding."""

    ids: Mapping[str, int]
    idf: np.ndarray  # (V,) float32
    maximum_length: int
    lowercase: bool

    @classmethod
    def load(cls, folder: Path | str) -> "WordEncoder":
        """Return the encoder that made the encoding in `folder`."""
        folder = Path(folder)
        description = read_json(folder / "encoding.json")
        vocabulary = read_json(folder / "vocabulary.json")
        idf = read_tensors(folder / "idf.safetensors")["idf"]
        return cls(number_tokens(vocabulary), idf, description["maximum_length"], description["lowercase"])

    def encode(self, texts: Sequence[str]) -> tuple[Ragged, Ragged]:
        """Return for each text its word ids, int32, and their weights, float32; see `weigh`."""
        return self.weigh(self.look_up(texts))

    def look_up(self, texts: Sequence[str]) -> Ragged:
        """Return the ids of all words of each text, int32; a text without words has one unknown word."""
        found = number_words(texts, partial(find_tokens, lowercase=self.lowercase))
        return known_ids(found, self.ids)

    def weigh(self, documents: Ragged) -> tuple[Ragged, Ragged]:
        """Return the first `maximum_length` ids of each document and their weights, idf · (1 + ln tf).

        tf is counted in the whole document, before truncation. The weights of a document are divided by their mean, so
        that they do not change the scale of the embeddings that enter a network.
        """
        ids = documents.head(self.maximum_length)
        weights = Ragged(np.empty(len(ids.values), np.float32), ids.offsets)
        for first, chunk in documents.chunks():
            counts = count_at(chunk.rows, chunk.values, len(self.idf))
            raw = self.idf[chunk.values].astype(np.float64) * (1 + np.log(counts))
            kept = Ragged(raw, chunk.offsets).head(self.maximum_length)
            means = np.add.reduceat(kept.values, kept.offsets[:-1]) / kept.lengths
            start = weights.offsets[first]
            weights.values[start : start + len(kept.values)] = kept.values / np.repeat(means, kept.lengths)
        return ids, weights


def known_ids(found: WordNumbers, ids: Mapping[str, int]) -> Ragged:
    """Return texts as ids, int32, with UNKNOWN for words that have none and for a text without words."""
    known = np.fromiter((ids.get(word, UNKNOWN) for word in found.words), np.int32, len(found.words))
    lengths = found.texts.lengths
    values = np.insert(known[found.texts.values], found.texts.offsets[:-1][lengths == 0], UNKNOWN)
    return Ragged.of_lengths(values, np.maximum(lengths, 1))


def number_tokens(vocabulary: Sequence[str]) -> dict[str, int]:
    return {token: number for number, token in enumerate(vocabulary)}
