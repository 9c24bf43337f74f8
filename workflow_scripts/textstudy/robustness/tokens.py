"""How many tokens a model makes of a text, and how many of them it does not know: what a perturbation does to both."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from textstudy.storage.files import read_json

CountTokens = Callable[[Sequence[str]], np.ndarray]
_BATCH = 1000  # texts tokenized in one call: the tokens of all of them need not be in memory at once


def load_token_counter(
    *, settings: Mapping[str, Any], folder: Path, encoding_folder: Path | None, encoder_folder: Path | None
) -> CountTokens:
    """Return a function from texts to (tokens, unknown tokens) of each, (texts, 2) int32, before any truncation.

    A linear model's tokens are the single words of its features, and unknown is what none of its features holds.
    Special tokens that frame every text do not count.

    Args:
        settings: resolved settings of the model.
        folder: folder of the run, with the vocabulary of a linear model.
        encoding_folder: the encoding that a network was trained on.
        encoder_folder: of the pretrained encoder whose tokenizer made a `wordpieces` encoding.
    """
    if settings["architecture"] == "linear":
        return _features_of(settings, folder)
    if read_json(Path(encoding_folder) / "encoding.json")["tokenizer"] == "words":
        return _words_of(encoding_folder)
    return _wordpieces_of(encoder_folder)


# Modules are imported by name here: the counts of a linear model are not stale when an encoding's code changes.


def _features_of(settings: Mapping[str, Any], folder: Path) -> CountTokens:
    linear = import_module("textstudy.models.linear")
    grams = read_json(Path(folder) / "vocabulary.json")["words"]
    known = {word for gram in grams for word in gram.split(" ")}
    single_words = {**settings, "word_ngrams": [1, 1], "character_ngrams": None}
    analyze = linear.make_vectorizers(single_words)["words"].build_analyzer()

    def count(texts: Sequence[str]) -> np.ndarray:
        rows = np.empty((len(texts), 2), np.int32)
        for row, text in enumerate(texts):
            words = analyze(text)
            rows[row] = len(words), sum(word not in known for word in words)
        return rows

    return count


def _words_of(encoding_folder: Path) -> CountTokens:
    words = import_module("textstudy.encode.words")
    encoder = words.WordEncoder.load(encoding_folder)

    def count(texts: Sequence[str]) -> np.ndarray:
        rows = np.empty((len(texts), 2), np.int32)
        for row, text in enumerate(texts):
            ids = words.look_up(words.tokenize(text, lowercase=encoder.lowercase), encoder.ids)
            rows[row] = len(ids), (ids == words.UNKNOWN).sum()
        return rows

    return count


def _wordpieces_of(encoder_folder: Path) -> CountTokens:
    tokenizer = import_module("textstudy.encode.encoders").load_tokenizer(encoder_folder)  # it does not truncate
    backend, unknown = tokenizer.backend_tokenizer, tokenizer.unk_token_id
    special = backend.num_special_tokens_to_add(False)

    def count(texts: Sequence[str]) -> np.ndarray:
        rows = np.empty((len(texts), 2), np.int32)
        for start in range(0, len(texts), _BATCH):
            for row, encoding in enumerate(backend.encode_batch_fast(list(texts[start : start + _BATCH])), start):
                rows[row] = len(encoding.ids) - special, encoding.ids.count(unknown)
        return rows

    return count
