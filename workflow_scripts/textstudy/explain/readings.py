"""Texts as networks read them: token ids, and the place of each token in the text."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from textstudy.encode.word_encoder import WordEncoder
from textstudy.encode.wordpieces import WordpieceEncoder
from textstudy.explain.spans import Span, place_in_text, to_lower_case, to_normal_form
from textstudy.words import find_tokens, token_spans

if TYPE_CHECKING:
    from textstudy.encode.ngram_encoder import NgramEncoder


@dataclass(frozen=True)
class Reading:
    """One document as a network reads it: token ids, the place of each in the text, and which are special tokens."""

    input_ids: np.ndarray  # (time,) int
    spans: list[Span]  # (time,); (0, 0) for a token that stands for no characters
    special: np.ndarray  # (time,) bool
    weights: np.ndarray | None = None  # (time,) float32

    def batch(self, device: torch.device) -> dict[str, Tensor]:
        """Return what a model's `forward` takes, for this document alone, without padding."""
        batch = {"input_ids": torch.from_numpy(self.input_ids).long()[None], "lengths": torch.tensor([len(self.spans)])}
        if self.weights is not None:
            batch["weights"] = torch.from_numpy(self.weights)[None]
        return {name: value.to(device) for name, value in batch.items()}


class WordReader:
    """Reads a text as the networks on a `words` encoding do."""

    def __init__(self, encoder: WordEncoder, *, weighted: bool) -> None:
        self.encoder, self.weighted = encoder, weighted

    def __call__(self, text: str) -> Reading:
        input_ids, weights = (rows.values for rows in self.encoder.encode([text]))
        spans = (locate_tokens(text, lowercase=self.encoder.lowercase) or [(0, 0)])[: len(input_ids)]
        return Reading(input_ids, spans, np.zeros(len(input_ids), bool), weights if self.weighted else None)


class NgramReader:
    """Reads a text as the networks on hashed n-grams do. An n-gram of characters stands for its whole word."""

    def __init__(self, encoder: "NgramEncoder") -> None:
        self.encoder = encoder

    def __call__(self, text: str) -> Reading:
        input_ids = self.encoder.encode([text]).values
        places = locate_tokens(text, lowercase=self.encoder.lowercase)
        words = find_tokens(text, lowercase=self.encoder.lowercase)
        spans = [span for span, word in zip(places, words, strict=True) for _ in self.encoder.hash_word(word)]
        for size in range(2, self.encoder.word_ngrams + 1):
            spans += [(first[0], last[1]) for first, last in zip(places, places[size - 1 :], strict=False)]
        return Reading(input_ids, spans or [(0, 0)], np.zeros(len(input_ids), bool))


class WordpieceReader:
    """Reads a text as the networks on an encoder's subwords do."""

    def __init__(self, encoder: WordpieceEncoder) -> None:
        self.backend, self.windows = encoder.tokenizer.backend_tokenizer, encoder.windows

    def __call__(self, text: str) -> Reading:
        windows = self.windows.read(self.backend.encode(text))
        ids, masks = ([getattr(each, name) for each in windows] for name in ("ids", "special_tokens_mask"))
        spans = [span for window in windows for span in window.offsets]
        return Reading(np.concatenate(ids), spans, np.concatenate(masks).astype(bool))


def locate_tokens(text: str, *, lowercase: bool) -> list[Span]:
    """Return the place in a text of each of its `find_tokens`."""
    lower, places = to_lower_case(text) if lowercase else (text, range(len(text) + 1))
    normal, origins = to_normal_form(lower)
    return [place_in_text(place_in_text(span, origins), places) for span in token_spans(normal)]
