"""What each step of cleaning takes from the documents: words by class, documents emptied, and samples to look at.

Everything is counted from one table of words per document and step. Rows are independent, so parts of a corpus can be
cleaned apart and their rows put together.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from textstudy.prepare.ledger import Counts, Line, entry, sum_by_label

SAMPLES = 5  # documents shown of what a step took
LONGEST_SAMPLE = 300  # characters
_EMPTIED_SAMPLES = 2  # of these, documents that the step emptied, where there are others too

REASONS = {
    "originals": "empty without earlier messages",
    "headers": "empty without headers",
    "blocks": "empty without encoded data",
    "signatures": "empty without signatures",
    "quotes": "empty without quotations",
    "last_lines": "empty without names and lines with which their author ends messages",
    "content_words": "no content words",
    "minimum_characters": "shorter than {minimum_characters} characters",
    "maximum_words": "cut after {maximum_words} words",
}

SETTINGS = {"originals": "quotes", "last_lines": "signatures"}  # of steps that have no setting of their own


def ledger_lines(
    frame: pd.DataFrame, words: np.ndarray, steps: Sequence[str], settings: Mapping[str, Any]
) -> list[Line]:
    """Return one line for the raw documents and one for each step.

    Args:
        frame: the documents, with `label` and `official_split`.
        words: (documents, 1 + steps), the words of each document before the first step and after each one; a document
            without a word is dropped.
        steps: names of the steps.
        settings: numbers in the reasons.
    """
    groups = frame.groupby(["official_split", "label"])
    keys, codes = list(groups.size().index), groups.ngroup().to_numpy()

    def count(mask: np.ndarray, weights: np.ndarray | None = None) -> Counts:
        weights = None if weights is None else weights[mask]
        found = np.bincount(codes[mask], weights, len(keys))
        return Counter({key: int(number) for key, number in zip(keys, found, strict=True)})

    lines, before = [], count(np.ones(len(frame), bool))
    for place, step in enumerate(["", *steps]):
        earlier, now = words[:, max(place - 1, 0)], words[:, place]
        after = count(now > 0)
        reason = REASONS[step].format(**settings) if step else "no text in the corpus"
        numbers = {
            "part": step or None, "changed": int((now != earlier).sum()),
            "words_in": int(earlier.sum()), "words_out": int(now.sum()),
            "words_by_label": sum_by_label(count(now > 0, now)), "samples": [],
        }  # fmt: skip
        setting = f"clean.{SETTINGS.get(step, step)}" if step else None
        lines.append(entry(step="clean", reason=reason, setting=setting, before=before, after=after, **numbers))
        before = after
    return lines


def add_samples(
    lines: Sequence[Line], frame: pd.DataFrame, words: np.ndarray, texts_of: Callable[[int], Sequence[str]]
) -> None:
    """Put samples of what each step took into its line: documents spread over the classes, always the same ones.

    Args:
        lines: the result of `ledger_lines` for `frame`, the raw documents, and `words`.
        texts_of: returns the text of a row as it is before the first step and after each one.
    """
    for place, line in enumerate(lines[1:], start=1):
        for row in _spread(words[:, place - 1], words[:, place], frame["label"]):
            before, after = texts_of(row)[place - 1 : place + 1]
            taken = difference(before, after, by_word=line["setting"] == "clean.content_words")
            line["samples"].append({
                "id": frame["id"].iloc[row], "label": frame["label"].iloc[row], "text": taken[:LONGEST_SAMPLE],
                "words": int(words[row, place - 1] - words[row, place]), "emptied": bool(words[row, place] == 0),
            })  # fmt: skip


def _spread(before: np.ndarray, after: np.ndarray, labels: pd.Series) -> list[int]:
    """Return the rows of a few documents that a step changed, evenly spread over them in the order of their classes."""
    order = np.argsort(labels.to_numpy(), kind="stable")
    order = order[before[order] != after[order]]
    emptied, others = order[after[order] == 0], order[after[order] > 0]
    some_others = _evenly(others, SAMPLES - min(_EMPTIED_SAMPLES, len(emptied)))
    return sorted([*_evenly(emptied, SAMPLES - len(some_others)), *some_others])


def _evenly(rows: np.ndarray, number: int) -> list[int]:
    if len(rows) <= number:
        return rows.tolist()
    return rows[((np.arange(number) + 0.5) * len(rows) / number).astype(int)].tolist()


def difference(before: str, after: str, *, by_word: bool = False) -> str:
    """Return what a step took: the end that it cut off, or the lines (`by_word`: the words) that it left out."""
    if before.startswith(after):
        return before[len(after) :].strip()
    separator = None if by_word else "\n"
    left = Counter(after.split(separator))
    taken = []
    for part in before.split(separator):
        kept = part.lower() if by_word else part  # content words are in lower case
        if left[kept] > 0:
            left[kept] -= 1
        elif part:
            taken.append(part)
    return (separator or " ").join(taken)
