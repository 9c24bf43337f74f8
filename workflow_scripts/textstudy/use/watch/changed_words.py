"""Words that are in more, or in fewer, of the new documents than of the old ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import hypergeom

from textstudy.evaluate.significance import holm
from textstudy.ragged import count_in_rows
from textstudy.use.watch.changes import Change
from textstudy.word_numbers import number_words
from textstudy.words import find_words

LEAST = 5  # documents with a word, of which fewer can show nothing
SHOWN = 0.01  # corrected p-value from which a word has not changed


@dataclass(frozen=True)
class Word:
    """A word that changed: the shares of old and of new documents that have it, and its p-value among all words."""

    word: str
    old: float
    new: float
    adjusted_p_value: float


def compare_words(old: Sequence[str], new: Sequence[str]) -> tuple[Change, list[Word]]:
    """Return the test of all words together, and the words that changed, the least probable first.

    Each word is tested by Fisher's exact test, twice the smaller of its two sides, and Holm's correction is for all
    words. The p-value of them together is the smallest corrected one; that word is shown.
    """
    words, counts = _count_documents(old, new)
    if not words:
        return Change("words", "", 0.0, 0.0, 0.0, 1.0), []
    sizes = len(old) + len(new), counts.sum(axis=0), len(new)  # of the hypergeometric distribution
    below, above = hypergeom.cdf(counts[1], *sizes), hypergeom.sf(counts[1] - 1, *sizes)
    adjusted = np.array(holm(np.minimum(1, 2 * np.minimum(below, above)).tolist()))
    shares = counts / [[len(old)], [len(new)]]
    differences = np.abs(shares[1] - shares[0])
    order = np.lexsort((-differences, adjusted))
    most = order[0]
    change = Change("words", words[most], *shares[:, most].tolist(), float(differences[most]), float(adjusted[most]))
    changed = [
        Word(words[place], *shares[:, place].tolist(), float(adjusted[place]))
        for place in order.tolist()
        if adjusted[place] < SHOWN
    ]
    return change, changed


def _count_documents(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """Return the words of at least `LEAST` documents, and (2, words) in how many old and new ones each is."""
    words, numbers = number_words([*old, *new], find_words)
    rows, values, _ = count_in_rows(numbers.rows, numbers.values, max(len(words), 1))
    counts = np.stack([np.bincount(values[side], minlength=len(words)) for side in (rows < len(old), rows >= len(old))])
    frequent = np.flatnonzero(counts.sum(axis=0) >= LEAST)
    return [words[number] for number in frequent], counts[:, frequent]
