"""The `words` encoding: word ids with TF-IDF weights; the vocabulary is that of the training split.

Words are those of `textstudy.words`, and each punctuation mark is a token as well, as in the texts of GloVe.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from textstudy.encode.table import length_summary, write_encoding
from textstudy.errors import StudyError
from textstudy.ragged import Ragged, count_at, count_in_rows
from textstudy.storage.files import read_json, read_tensors, write_json, write_tensors
from textstudy.word_numbers import WordNumbers, number_words
from textstudy.words import find_tokens

PADDING, UNKNOWN = 0, 1
_SPECIAL = ["<pad>", "<unk>"]  # no tokens of a text, because each angle bracket is a token of its own


def build_vocabulary(counts: Mapping[str, int], size: int | None, minimum_count: int) -> list[str]:
    """Return tokens by id: `<pad>`, `<unk>`, then words from most to least frequent, ties in alphabetical order.

    Args:
        counts: how often each word occurs.
        size: number of entries with the two special ones; None keeps every word that occurs `minimum_count` times.
    """
    frequent = (word for word, count in counts.items() if count >= max(minimum_count, 1))
    return (_SPECIAL + sorted(frequent, key=lambda word: (-counts[word], word)))[:size]


def inverse_document_frequency(documents: Ragged, vocabulary_size: int) -> np.ndarray:
    """Return the smooth idf of every id, (V,) float32: ln((1 + n) / (1 + df)) + 1, as in scikit-learn.

    Padding has 0. The unknown word has 1, the lowest idf, if no document contains it: its vector is not trained then,
    so it must not have the largest weight in a document.
    """
    frequency = np.zeros(vocabulary_size, dtype=np.int64)
    for _, chunk in documents.chunks():
        _, ids, _ = count_in_rows(chunk.rows, chunk.values, vocabulary_size)
        np.add.at(frequency, ids, 1)
    idf = np.log((1 + len(documents)) / (1 + frequency)) + 1
    idf[PADDING] = 0.0
    if frequency[UNKNOWN] == 0:
        idf[UNKNOWN] = 1.0
    return idf.astype(np.float32)


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
        return cls(_ids(vocabulary), idf, description["maximum_length"], description["lowercase"])

    def encode(self, texts: Sequence[str] | pd.Series) -> tuple[Ragged, Ragged]:
        """Return for each text its word ids, int32, and their weights, float32; see `weigh`."""
        return self.weigh(self.look_up(texts))

    def look_up(self, texts: Sequence[str] | pd.Series) -> Ragged:
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


def _ids(vocabulary: Sequence[str]) -> dict[str, int]:
    return {token: number for number, token in enumerate(vocabulary)}


def _coverage(counts: np.ndarray, known: np.ndarray) -> dict[str, float]:
    """Return how much is in the vocabulary: `counts` (words,) of each word in one split, `known` (words,) bool."""
    there, running = counts > 0, int(counts.sum())
    return {
        "types": float(known[there].mean()) if running else 0.0,
        "tokens": int(counts[known].sum()) / running if running else 0.0,
        "distinct": int(there.sum()),
        "running": running,
    }


def encode_words(
    split_frame: pd.DataFrame,
    settings: Mapping[str, Any],
    folder: Path | str,
    copies: pd.DataFrame | None = None,
    *,
    processes: int = 1,
) -> None:
    """Write encoding.arrow, encoding.json, vocabulary.json and idf.safetensors to `folder`.

    idf.safetensors holds `idf` (V,) and `count` (V,), the number of occurrences in the training split.

    Args:
        split_frame: a SPLIT table; vocabulary and idf come from its training documents only.
        settings: `vocabulary_size` (None for no limit), `minimum_count`, `maximum_length`, `lowercase`.
        folder: the folder to write to.
        copies: perturbed training documents (id, text, label, split); they follow the documents in encoding.arrow and
            are not counted anywhere.
        processes: that find the words; the result is the same for any number.

    Raises:
        StudyError: the training split is empty.
    """
    folder, splits = Path(folder), split_frame["split"].to_numpy(dtype=str)
    is_train = splits == "train"
    if not is_train.any():
        raise StudyError("The training split has no documents to build a vocabulary from: check the `split` settings.")
    find = partial(find_tokens, lowercase=settings["lowercase"])
    found = number_words(split_frame["text"], find, processes=processes)
    counts = {
        str(name): np.bincount(found.texts.where(splits == name).values, minlength=len(found.words))
        for name in np.unique(splits)
    }
    in_training = dict(zip(found.words, counts["train"].tolist(), strict=True))
    vocabulary = build_vocabulary(in_training, settings["vocabulary_size"], settings["minimum_count"])
    ids = _ids(vocabulary)
    known = np.fromiter(map(ids.__contains__, found.words), bool, len(found.words))
    lengths, documents = found.texts.lengths, known_ids(found, ids)
    del found  # the numbers of all tokens are some hundred megabytes
    train = documents.where(is_train)
    idf = inverse_document_frequency(train, len(vocabulary))
    count = np.bincount(train.values, minlength=len(vocabulary)).astype(np.int64)
    encoder = WordEncoder(ids, idf, settings["maximum_length"], settings["lowercase"])
    del train
    input_ids, weights = encoder.weigh(documents)
    del documents
    tokens = len(input_ids.values)

    rows, labels = split_frame[["id", "label", "split"]], sorted(split_frame["label"].unique())
    if copies is not None:
        rows = pd.concat([rows, copies[["id", "label", "split"]]])
        new_ids, new_weights = encoder.encode(copies["text"])
        input_ids, weights = input_ids.followed_by(new_ids), weights.followed_by(new_weights)
    label_numbers = pd.Index(labels).get_indexer(rows["label"])
    write_encoding(folder / "encoding.arrow", rows["id"], rows["split"], label_numbers, input_ids, weights)
    write_json(folder / "vocabulary.json", vocabulary)
    write_tensors(folder / "idf.safetensors", {"idf": idf, "count": count})
    description = {
        "tokenizer": "words",
        "labels": labels,
        "vocabulary_size": len(vocabulary),
        "pad_id": PADDING,
        "unknown_id": UNKNOWN,
        "maximum_length": settings["maximum_length"],
        "lowercase": settings["lowercase"],
        "minimum_count": settings["minimum_count"],
        "coverage": {name: _coverage(of_split, known) for name, of_split in counts.items()},
        "truncated_share": float(np.mean(lengths > settings["maximum_length"])),
        "tokens": tokens,
        "lengths": length_summary(lengths),
    }
    write_json(folder / "encoding.json", description)
