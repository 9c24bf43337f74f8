"""Words as places in a text: the units in which every model is explained, whatever it reads itself.

Models read n-grams, words or subwords. Their attributions are given for the same words, so that explanations of
different models can be compared, and so that a word can be deleted from the text that any of them reads.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from textstudy.words import Span, normalise, token_spans, word_spans


@dataclass(frozen=True)
class Explained:
    """What each word of a text adds to the score of a class.

    Attributes:
        text: what the model reads of a document: all of it, or its beginning.
        target: index of the class.
        words: places of the words in `text`.
        attributions: (words,) float64; their sum is the class's score minus the score of a text without any word.
        difference: the same difference, computed by the model.
        steps: points of the integral; 0 where there is none.
    """

    text: str
    target: int
    words: list[Span]
    attributions: np.ndarray
    difference: float
    steps: int

    @property
    def residual(self) -> float:
        """How much the sum of the attributions is below the difference."""
        return self.difference - float(self.attributions.sum())


def words_of(text: str) -> list[Span]:
    """Return the places of the words and punctuation marks of a text. Only white space is left over."""
    return list(token_spans(text))


def without_marks(text: str, spans: Sequence[Span]) -> list[int]:
    """Return the numbers of those places, as `words_of` finds them, that hold a word and no punctuation mark."""
    words = set(word_spans(text))
    return [number for number, span in enumerate(spans) if span in words]


def to_lower_case(text: str) -> tuple[str, list[int]]:
    """Return the text in lower case, and for each of its characters, and for its end, the place in `text`.

    A capital may have two characters in lower case (İ), so places cannot be taken over as they are.
    """
    origins = [place for place, character in enumerate(text) for _ in character.lower()]
    return text.lower(), [*origins, len(text)]


def to_normal_form(text: str) -> tuple[str, list[int]]:
    """Return `normalise(text)`, and for each of its characters, and for its end, the place in `text`.

    A letter and its accent may become one character (é), and a soft hyphen none.
    """
    if text.isascii():
        return text, list(range(len(text) + 1))
    starts = [place for place, character in enumerate(text) if place == 0 or not _composes(character)]
    ends = [*starts[1:], len(text)]
    parts = [normalise(text[start:end]) for start, end in zip(starts, ends, strict=True)]
    origins = [
        min(start + number, end - 1)
        for part, start, end in zip(parts, starts, ends, strict=True)
        for number in range(len(part))
    ]
    return "".join(parts), [*origins, len(text)]


def _composes(character: str) -> bool:
    """Return whether this may be joined to the character before: a mark, or a part of a Korean syllable."""
    return unicodedata.category(character)[0] == "M" or "\u1160" <= character <= "\u11ff"


def place_in_text(span: Span, origins: Sequence[int]) -> Span:
    """Return the place in a text of a span of its lower case or its normal form, with the origins that these have."""
    start, end = span
    return origins[start], max(origins[end - 1] + 1, origins[end])


def spread(pieces: Sequence[Span], values: np.ndarray, words: Sequence[Span]) -> np.ndarray:
    """Return the sum of the pieces' values on each word, (words,) float64.

    A piece over several words is shared evenly among them; one that covers no word is left out.
    """
    totals = np.zeros(len(words))
    ends = [end for _, end in words]
    for (start, end), value in zip(pieces, values, strict=True):
        first = after = bisect_right(ends, start)
        while after < len(words) and words[after][0] < end:
            after += 1
        if start < end and first < after:
            totals[first:after] += value / (after - first)
    return totals


def delete_words(text: str, words: Sequence[Span], deleted: Collection[int]) -> str:
    """Return the text with a space in place of each deleted word, so that the words around it stay apart."""
    parts, place = [], 0
    for number in sorted(deleted):
        start, end = words[number]
        parts += [text[place:start], " "]
        place = end
    return "".join([*parts, text[place:]])
