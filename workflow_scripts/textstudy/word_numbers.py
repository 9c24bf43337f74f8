"""Texts as numbers of their words, so that the words of a million texts are counted in arrays and not as strings."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from textstudy.processes import map_in_processes
from textstudy.ragged import Ragged

if TYPE_CHECKING:
    import pandas as pd

BATCH = 5000  # texts whose words are in memory at once
Find = Callable[[str], Sequence[str]]


class WordNumbers(NamedTuple):
    """Texts as numbers of words.

    Attributes:
        words: the distinct words, in the order in which they first occur.
        texts: int32, a row a text; number `n` stands for `words[n]`.
    """

    words: list[str]
    texts: Ragged


def number_words(texts: "Sequence[str] | pd.Series", find: Find, *, processes: int = 1) -> WordNumbers:
    """Return the words that `find` finds in each text as numbers, whatever the number of processes."""
    numbers: dict[str, int] = {}
    values, lengths = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    starts = range(0, len(texts), BATCH)
    for words, found, counts in map_in_processes(partial(_number_batch, texts, find), starts, processes):
        known = np.fromiter((numbers.setdefault(word, len(numbers)) for word in words), np.int32, len(words))
        values.append(known[found])
        lengths.append(counts)
    return WordNumbers(list(numbers), Ragged.of_lengths(np.concatenate(values), np.concatenate(lengths)))


_Batch = tuple[list[str], np.ndarray, np.ndarray]  # words; numbers of the words of all texts; words of each text


def _number_batch(texts: "Sequence[str] | pd.Series", find: Find, start: int) -> _Batch:
    batch = list(getattr(texts, "iloc", texts)[start : start + BATCH])
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    found, counts = array("i"), array("i")
    for text in batch:
        words = find(text)
        found.extend(map(numbers.__getitem__, words))
        counts.append(len(words))
    numbers.default_factory = None  # it refers to the dictionary, which would stay in memory
    return list(numbers), np.array(found, np.int32), np.array(counts, np.int32)
