"""The `words` encoding of a corpus, see `word_encoder`; the vocabulary is that of the training split."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from textstudy.encode.table import length_summary, truncation_summary, write_encoding
from textstudy.encode.word_encoder import PADDING, UNKNOWN, WordEncoder, known_ids, number_tokens
from textstudy.errors import StudyError
from textstudy.ragged import Ragged, count_in_rows
from textstudy.storage.files import write_json, write_tensors
from textstudy.word_numbers import number_words
from textstudy.words import find_tokens

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
    ids = number_tokens(vocabulary)
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
        **truncation_summary(lengths, settings["maximum_length"]),
        "tokens": tokens,
        "lengths": length_summary(lengths),
    }
    write_json(folder / "encoding.json", description)
