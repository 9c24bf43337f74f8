"""Words that are in more, or in fewer, of the new documents than of the old ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
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
    words, present = present_words([*old, *new])
    return test_words(words, present, np.arange(len(old) + len(new)) >= len(old))


def present_words(texts: Sequence[str]) -> tuple[list[str], csr_array]:
    """Return the words of at least `LEAST` texts, and (texts, words) bool sparse: which text has which."""
    found, numbers = number_words(texts, find_words)
    rows, values, _ = count_in_rows(numbers.rows, numbers.values, max(len(found), 1))
    present = csr_array((np.ones(len(rows), np.int32), (rows, values)), shape=(len(texts), len(found)))
    frequent = np.flatnonzero(present.sum(axis=0) >= LEAST)
    return [found[number] for number in frequent], present[:, frequent]


def test_words(words: list[str], present: csr_array, is_new: np.ndarray) -> tuple[Change, list[Word]]:
    """Return what `compare_words` does, from `present_words` and (texts,) which are new."""
    if not words:
        return Change("words", "", 0.0, 0.0, 0.0, 1.0), []
    totals, in_new = present.sum(axis=0), present[is_new].sum(axis=0)
    texts, new = len(is_new), int(is_new.sum())
    below, above = hypergeom.cdf(in_new, texts, totals, new), hypergeom.sf(in_new - 1, texts, totals, new)
    adjusted = np.array(holm(np.minimum(1, 2 * np.minimum(below, above)).tolist()))
    shares = np.stack([(totals - in_new) / (texts - new), in_new / new])
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
