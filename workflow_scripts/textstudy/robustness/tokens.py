"""How many tokens a model makes of a text, and how many of them it does not know; a perturbation changes both."""

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

import numpy as np

from textstudy.evaluate.predictors import load_without_torch
from textstudy.runs import Run
from textstudy.storage.files import read_json

CountTokens = Callable[[Sequence[str]], np.ndarray]
_BATCH = 1000  # texts tokenized in one call, so that not all tokens are in memory at once


def load_token_counter(run: Run) -> CountTokens:
    """Return a function from texts to (tokens, unknown tokens) of each, (texts, 2) int32, before any truncation.

    Special tokens that frame every text do not count.
    """
    if run.facts.learner == "prompted":
        return import_module("textstudy.evaluate.prompted").count_words
    if not run.facts.uses_torch:
        return load_without_torch(run).count_tokens
    match read_json(run.files.encoding_folder / "encoding.json")["tokenizer"]:
        case "words":
            return _count_words(run.files.encoding_folder)
        case "ngrams":
            return _count_ngrams(run.files.encoding_folder)
    return _count_wordpieces(run.files.encoder_folder)


# Modules are imported by name here: the counts of a linear model are not stale when an encoding's code changes.


def _count_words(encoding_folder: Path) -> CountTokens:
    words = import_module("textstudy.encode.word_encoder")
    encoder = words.WordEncoder.load(encoding_folder)

    def count(texts: Sequence[str]) -> np.ndarray:
        ids = encoder.look_up(texts)
        unknown = np.bincount(ids.rows[ids.values == words.UNKNOWN], minlength=len(ids))
        return np.stack([ids.lengths, unknown], axis=1).astype(np.int32)

    return count


def _count_ngrams(encoding_folder: Path) -> CountTokens:
    ngrams = import_module("textstudy.encode.ngram_encoder").NgramEncoder.load(encoding_folder)

    def count(texts: Sequence[str]) -> np.ndarray:
        lengths = ngrams.encode(texts).lengths
        return np.stack([lengths, np.zeros_like(lengths)], axis=1).astype(np.int32)  # none is unknown

    return count


def _count_wordpieces(encoder_folder: Path) -> CountTokens:
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
