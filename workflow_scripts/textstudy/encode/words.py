"""The `words` encoding: word ids with TF-IDF weights; the vocabulary is that of the training split.

Words are those of `textstudy.words`, and each punctuation mark is a token as well, as in the texts of GloVe.
"""

import itertools
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from textstudy.encode.table import length_summary, write_encoding
from textstudy.errors import StudyError
from textstudy.storage.files import read_json, read_tensors, write_json, write_tensors
from textstudy.words import find_tokens

PADDING, UNKNOWN = 0, 1
_SPECIAL = ["<pad>", "<unk>"]  # no tokens of a text, because each angle bracket is a token of its own


def build_vocabulary(documents: Iterable[Iterable[str]], size: int | None, minimum_count: int) -> list[str]:
    """Return tokens by id: `<pad>`, `<unk>`, then words from most to least frequent, ties in alphabetical order.

    `size` is the number of entries with the two special ones; None keeps every word that occurs `minimum_count` times.
    """
    counts = Counter(token for tokens in documents for token in tokens)
    words = sorted(
        (token for token in counts if counts[token] >= minimum_count), key=lambda word: (-counts[word], word)
    )
    return (_SPECIAL + words)[:size]


def inverse_document_frequency(documents: Sequence[np.ndarray], vocabulary_size: int) -> np.ndarray:
    """Return the smooth idf of every id, (V,) float32: ln((1 + n) / (1 + df)) + 1, as in scikit-learn.

    Padding has 0. The unknown word has 1, the lowest idf, if no document contains it: its vector is not trained then,
    so it must not have the largest weight in a document.
    """
    frequency = np.zeros(vocabulary_size, dtype=np.int64)
    for ids in documents:
        frequency[np.unique(ids)] += 1
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

    def encode(self, texts: Iterable[str]) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Return for each text its word ids, (time,) int32, and for each their weights, (time,) float32."""
        encoded = [self.encode_tokens(look_up(find_tokens(text, lowercase=self.lowercase), self.ids)) for text in texts]
        return [ids for ids, _ in encoded], [weights for _, weights in encoded]

    def encode_tokens(self, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the first `maximum_length` ids of a document and their weights, idf · (1 + ln tf).

        tf is counted in the whole document, before truncation. The weights of a document are divided by their mean, so
        that they do not change the scale of the embeddings that enter a network.
        """
        _, position, count = np.unique(ids, return_inverse=True, return_counts=True)
        weights = (self.idf[ids].astype(np.float64) * (1 + np.log(count[position])))[: self.maximum_length]
        return ids[: self.maximum_length], (weights / weights.mean()).astype(np.float32)


def look_up(tokens: Sequence[str], ids: Mapping[str, int]) -> np.ndarray:
    """Return the ids of a document's words, (time,) int32; a document without words gets one unknown word."""
    return np.fromiter((ids.get(token, UNKNOWN) for token in tokens or _SPECIAL[1:]), np.int32)


def _ids(vocabulary: Sequence[str]) -> dict[str, int]:
    return {token: number for number, token in enumerate(vocabulary)}


def _coverage(documents: Sequence[Sequence[str]], ids: Mapping[str, int]) -> dict[str, float]:
    counts = Counter(token for tokens in documents for token in tokens)
    known = [count for token, count in counts.items() if token in ids]
    return {
        "types": len(known) / len(counts) if counts else 0.0,
        "tokens": sum(known) / counts.total() if counts else 0.0,
        "distinct": len(counts),
        "running": counts.total(),
    }


def encode_words(
    split_frame: pd.DataFrame, settings: Mapping[str, Any], folder: Path | str, copies: pd.DataFrame | None = None
) -> None:
    """Write encoding.arrow, encoding.json, vocabulary.json and idf.safetensors to `folder`.

    idf.safetensors holds `idf` (V,) and `count` (V,), the number of occurrences in the training split.

    Args:
        split_frame: a SPLIT table; vocabulary and idf come from its training documents only.
        settings: `vocabulary_size` (None for no limit), `minimum_count`, `maximum_length`, `lowercase`.
        folder: the folder to write to.
        copies: perturbed training documents (id, text, label, split); they follow the documents in encoding.arrow and
            are not counted anywhere.

    Raises:
        StudyError: the training split is empty.
    """
    folder, lowercase = Path(folder), settings["lowercase"]
    texts = tqdm(split_frame["text"], desc="tokenize", unit=" documents", disable=None)
    # Interned: one string object per distinct word, not per occurrence.
    documents = [[*map(sys.intern, find_tokens(text, lowercase=lowercase))] for text in texts]
    is_train = (split_frame["split"] == "train").to_numpy()
    if not is_train.any():
        raise StudyError("The training split has no documents to build a vocabulary from: check the `split` settings.")

    train = itertools.compress(documents, is_train)
    vocabulary = build_vocabulary(train, settings["vocabulary_size"], settings["minimum_count"])
    ids = _ids(vocabulary)
    numbers = [look_up(tokens, ids) for tokens in documents]
    train_numbers = list(itertools.compress(numbers, is_train))
    idf = inverse_document_frequency(train_numbers, len(vocabulary))
    encoder = WordEncoder(ids, idf, settings["maximum_length"], lowercase)
    input_ids, weights = zip(*map(encoder.encode_tokens, numbers), strict=True)

    labels, rows, encoded = sorted(split_frame["label"].unique()), split_frame, (input_ids, weights)
    if copies is not None:
        rows = pd.concat([split_frame, copies])
        encoded = ([*own, *new] for own, new in zip(encoded, encoder.encode(copies["text"]), strict=True))
    label_numbers = [labels.index(label) for label in rows["label"]]
    write_encoding(folder / "encoding.arrow", rows["id"], rows["split"], label_numbers, *encoded)
    write_json(folder / "vocabulary.json", vocabulary)
    count = np.bincount(np.concatenate(train_numbers), minlength=len(vocabulary)).astype(np.int64)
    write_tensors(folder / "idf.safetensors", {"idf": idf, "count": count})

    lengths = np.array([len(tokens) for tokens in documents])
    by_split = pd.Series(documents).groupby(split_frame["split"].to_numpy())
    description = {
        "tokenizer": "words",
        "labels": labels,
        "vocabulary_size": len(vocabulary),
        "pad_id": PADDING,
        "unknown_id": UNKNOWN,
        "maximum_length": settings["maximum_length"],
        "lowercase": lowercase,
        "minimum_count": settings["minimum_count"],
        "coverage": {name: _coverage(group, ids) for name, group in by_split},
        "truncated_share": float(np.mean(lengths > settings["maximum_length"])),
        "tokens": sum(map(len, input_ids)),
        "lengths": length_summary(lengths),
    }
    write_json(folder / "encoding.json", description)
