"""A description of a prepared corpus: sizes, lengths, languages, frequent words and words typical of a class."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from textstudy.prepare.languages import describe_languages
from textstudy.ragged import count_in_rows
from textstudy.storage.tables import SPLITS
from textstudy.word_numbers import number_words
from textstudy.words import find_words, is_unspaced

FREQUENT_WORDS = 30
CLASS_WORDS = 8


def explore(split: pd.DataFrame) -> dict[str, Any]:
    """Return the content of `corpus.json`: documents per label, lengths, languages, and words.

    Lengths are over all splits; words are counted on the training split, without stop words. The words of a class have
    the largest chi-squared statistic among the words that are more frequent in the class than elsewhere. Both lists are
    empty if no word is in two training documents. Scripts and languages are those of some documents of all splits.
    """
    words = np.fromiter((len(text.split()) for text in split["text"]), np.int64, len(split))
    train = split[split["split"] == "train"]
    labels, numbers = np.unique(train["label"].to_numpy(dtype=object).astype(str), return_inverse=True)
    vocabulary, totals, present = _count_shown_words(train["text"], numbers, len(labels))
    sizes, everywhere = np.bincount(numbers), present.sum(axis=0)
    order = np.lexsort((vocabulary, -totals))[:FREQUENT_WORDS]
    edges = np.unique(np.linspace(0, max(words.max(), 1), 41).round().astype(int))
    histogram, _ = np.histogram(words, bins=edges)
    return {
        "labels": sorted(split["label"].unique()),
        "documents": {name: int((split["split"] == name).sum()) for name in SPLITS},
        "by_label": {
            name: {
                label: int(n) for label, n in sorted(split.loc[split["split"] == name, "label"].value_counts().items())
            }
            for name in SPLITS
        },
        "words": _describe(words),
        "characters": {"total": int(split["text"].str.len().sum())},
        "languages": describe_languages(split["text"].array),
        "word_histogram": {"edges": edges.tolist(), "counts": histogram.tolist()},
        "frequent_words": [{"word": vocabulary[i], "count": int(totals[i])} for i in order],
        "class_words": {
            label: _class_words(vocabulary, present[number], everywhere, sizes[number], len(train))
            for number, label in enumerate(labels.tolist())
        },
    }


def _count_shown_words(texts: pd.Series, labels: np.ndarray, classes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the words of at least two texts that say something, in order, and how often they occur.

    Args:
        texts: of the training documents.
        labels: (texts,) int, of their classes.
        classes: number of classes.

    Returns:
        words (V,) object; occurrences (V,) int; texts of each class with the word, (classes, V) int.
    """
    found, numbers = number_words(texts, find_words)
    totals = np.bincount(numbers.values, minlength=len(found))
    present = np.zeros(classes * len(found), np.int64)
    for first, chunk in numbers.chunks():
        rows, values, _ = count_in_rows(chunk.rows, chunk.values, len(found))
        np.add.at(present, labels[first:][rows] * len(found) + values, 1)
    present = present.reshape(classes, len(found))
    kept = [number for number in np.flatnonzero(present.sum(axis=0) >= 2) if _is_shown(found[number])]
    kept.sort(key=found.__getitem__)
    return np.array([found[number] for number in kept], object), totals[kept], present[:, kept]


def _is_shown(word: str) -> bool:
    """Return whether a word says something: it is no stop word, number, short word or part of a contraction.

    A character of a script without spaces is no short word, nor is one with a sign, as in `c#`.
    """
    if word in ENGLISH_STOP_WORDS or "'" in word or any(map(str.isdigit, word)):
        return False
    return len(word) >= 3 or not word.isalpha() or is_unspaced(word[0])


def _class_words(
    words: np.ndarray, inside: np.ndarray, everywhere: np.ndarray, size: int, texts: int
) -> list[dict[str, Any]]:
    """Return the words that are typical of a class.

    Args:
        words: (V,).
        inside, everywhere: (V,) int, texts of the class, and of all classes, with the word.
        size, texts: number of texts of the class, and of all.
    """
    # The statistic of scikit-learn's chi2, which compares the texts with the word, in the class and outside.
    expected = size / texts * everywhere
    outside, expected_outside = everywhere - inside, (1 - size / texts) * everywhere
    with np.errstate(divide="ignore", invalid="ignore"):
        score = (inside - expected) ** 2 / expected + (outside - expected_outside) ** 2 / expected_outside
    score = np.where(inside * texts > size * everywhere, score, 0)  # more frequent in the class than elsewhere
    order = np.lexsort((words, -score))[:CLASS_WORDS]
    return [{"word": words[i], "score": float(score[i])} for i in order if score[i] > 0]


def _describe(words: np.ndarray) -> dict[str, float]:
    quartile_1, median, quartile_3 = np.quantile(words, [0.25, 0.5, 0.75])
    return {
        "total": int(words.sum()),
        "mean": float(words.mean()),
        "standard_deviation": float(words.std()),
        "minimum": int(words.min()),
        "quartile_1": float(quartile_1),
        "median": float(median),
        "quartile_3": float(quartile_3),
        "maximum": int(words.max()),
    }
