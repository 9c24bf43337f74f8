"""A description of a prepared corpus: sizes, lengths, languages, frequent words and words typical of a class."""

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer
from sklearn.feature_selection import chi2

from textstudy.prepare.languages import describe_languages
from textstudy.prepare.vocabulary import fit_features
from textstudy.storage.tables import SPLITS
from textstudy.words import find_words, is_unspaced

FREQUENT_WORDS = 30
CLASS_WORDS = 8


def explore(split: pd.DataFrame) -> dict[str, Any]:
    """Return the content of `corpus.json`: documents per label, lengths, languages, and words.

    Lengths are over all splits; words are counted on the training split, without stop words. The words of a class have
    the largest chi-squared statistic among the words that are more frequent in the class than elsewhere. Both lists are
    empty if no word is in two training documents. Scripts and languages are those of some documents of all splits.
    """
    words = split["text"].str.split().str.len().to_numpy()
    train = split[split["split"] == "train"]
    vectorizer = CountVectorizer(analyzer=_shown_words, min_df=2)
    counts, vocabulary = fit_features(vectorizer, train["text"])
    totals = np.asarray(counts.sum(axis=0)).ravel()
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
        "languages": describe_languages(split["text"].tolist()),
        "word_histogram": {"edges": edges.tolist(), "counts": histogram.tolist()},
        "frequent_words": [{"word": vocabulary[i], "count": int(totals[i])} for i in order],
        "class_words": _class_words(counts, vocabulary, train["label"].to_numpy()),
    }


def _shown_words(text: str) -> list[str]:
    """Return the words of a text that say something: no stop words, numbers, short words or parts of contractions.

    A character of a script without spaces is no short word, nor is one with a sign, as in `c#`.
    """
    return [word for word in find_words(text) if _is_shown(word)]


@lru_cache(maxsize=1 << 18)
def _is_shown(word: str) -> bool:
    if word in ENGLISH_STOP_WORDS or "'" in word or any(map(str.isdigit, word)):
        return False
    return len(word) >= 3 or not word.isalpha() or is_unspaced(word[0])


def _class_words(counts, vocabulary: np.ndarray, labels: np.ndarray) -> dict[str, list[dict[str, Any]]]:
    if not len(vocabulary):
        return {str(label): [] for label in sorted(set(labels))}
    present = (counts > 0).astype(np.int32)
    result = {}
    for label in sorted(set(labels)):
        inside = labels == label
        score, _ = chi2(present, inside)
        share_inside = np.asarray(present[inside].mean(axis=0)).ravel()
        share_outside = np.asarray(present[~inside].mean(axis=0)).ravel() if (~inside).any() else 0
        score = np.where(share_inside > share_outside, np.nan_to_num(score), 0)
        order = np.lexsort((vocabulary, -score))[:CLASS_WORDS]
        result[str(label)] = [{"word": vocabulary[i], "score": float(score[i])} for i in order if score[i] > 0]
    return result


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
