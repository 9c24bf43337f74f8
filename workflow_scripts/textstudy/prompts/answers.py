"""What an answer means: the label that it names, and the probability of each label."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

AROUND = " \t\n\"'`*_.,:;!?()[]{}<>“”‘’«»„"  # may stand around a label in an answer
MOSTLY = 0.5  # log-probabilities count if so much of them goes to labels


@dataclass(frozen=True)
class Reading:
    """What a language model says of one text.

    Attributes:
        probabilities: (classes,) float32.
        label: index of the label that it means; None if it is outside the labels.
        source: of the probabilities: `logprobs`, `likelihood`, `answer` (one label, smoothed) or `outside` (the
            shares of the classes in training).
        cut: whether it saw only the beginning of the text.
        answer: what it wrote; "" where it runs here, which compares the labels instead.
        tokens: of the prompt and of the answer.
        seconds: that the answer took; None where it was not measured.
    """

    probabilities: np.ndarray
    label: int | None
    source: str
    cut: bool
    answer: str = ""
    tokens: tuple[int, int] = (0, 0)
    seconds: float | None = None


def read_answer(
    answer: Mapping[str, Any], labels: Sequence[str], *, shares: np.ndarray, smoothing: float, cut: bool
) -> Reading:
    """Return what an answer of an endpoint means.

    Args:
        answer: as `EndpointClient.ask` returns it.
        labels: label texts.
        shares: (classes,) of the training documents: the probabilities where the answer is outside the labels.
        smoothing: probability that is spread over all classes where there are no log-probabilities.
    """
    label, even = find_label(answer["text"], labels), np.full(len(labels), 1 / len(labels))
    found = token_probabilities(answer["logprobs"] or (), labels)
    if found.sum() >= MOSTLY:
        source, probabilities = "logprobs", found + max(0.0, 1 - found.sum()) * even
    elif label is not None:
        source, probabilities = "answer", (1 - smoothing) * np.eye(len(labels))[label] + smoothing * even
    else:
        source, probabilities = "outside", shares
    return Reading(
        (probabilities / probabilities.sum()).astype(np.float32), label, source, cut,
        answer["text"], tuple(answer["tokens"]), answer["seconds"],
    )  # fmt: skip


def plain(text: str) -> str:
    """Return a text in lower case with one space between words."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def find_label(answer: str, labels: Sequence[str]) -> int | None:
    """Return the index of the label that an answer names; None if it names none, or several.

    Case and punctuation around it do not count. In a sentence the label stands for itself; where one label is part of
    another, as "good" of "very good", the longer one counts.
    """
    said, wanted = plain(answer), [plain(label) for label in labels]
    for alone in (said, said.strip(AROUND)):
        if alone in wanted:
            return wanted.index(alone)
    found = [
        (match.start(), match.end(), index)
        for index, label in enumerate(wanted)
        for match in re.finditer(rf"(?<!\w){re.escape(label)}(?!\w)", said)
    ]
    outer = {index for start, end, index in found if not any(_holds(other, start, end) for other in found)}
    return outer.pop() if len(outer) == 1 else None


def _holds(other: tuple[int, int, int], start: int, end: int) -> bool:
    return other[0] <= start and end <= other[1] and other[1] - other[0] > end - start


def token_probabilities(tokens: Sequence[Sequence[Any]], labels: Sequence[str]) -> np.ndarray:
    """Return the probability of each label, (classes,) float64, from the tokens of an answer and those beside them.

    The answer is one path through a tree of tokens. Where another token was possible, the answer would have begun
    otherwise: its probability goes to the labels that begin so, in equal parts. The path itself gives the rest to the
    label that it ends in. What fits no label is left out, so the sum may be less than 1.

    Args:
        tokens: of the answer: text, log-probability, and text → log-probability of the likeliest ones at its place.
        labels: label texts.
    """
    wanted = [plain(label) for label in labels]
    found, path, before = np.zeros(len(wanted)), 1.0, ""
    for token, logarithm, beside in tokens:
        for other, its_logarithm in beside.items():
            if other != token:
                found += path * np.exp(its_logarithm) * _fitting(before + other, wanted)
        before, path = before + token, path * np.exp(logarithm)
        said = _beginning(before)
        if said in wanted and not any(label != said and label.startswith(said) for label in wanted):
            break
    return found + path * _fitting(before, wanted, ended=True)


def _beginning(text: str) -> str:
    return plain(text).lstrip(AROUND)


def _fitting(beginning: str, wanted: Sequence[str], *, ended: bool = False) -> np.ndarray:
    """Return the shares, (classes,), of the labels that an answer becomes which begins, or ends, like this."""
    said, shares = _beginning(beginning), np.zeros(len(wanted))
    fits = [] if not said or (ended and said in wanted) else [label for label in wanted if label.startswith(said)]
    if not fits:
        fits = sorted((label for label in wanted if said.startswith(label)), key=len)[-1:]
    for label in fits:
        shares[wanted.index(label)] = 1 / len(fits)
    return shares
