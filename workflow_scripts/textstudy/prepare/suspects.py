"""The strongest words of a linear model, and suspects among them: names and hosts that cleaning mostly removed."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from sklearn.svm import LinearSVC

from textstudy.ngrams import NgramVectorizer
from textstudy.words import find_words, normalise, word_spans

STRONGEST = 50  # features listed per label
REMOVED = 0.9  # a feature is suspect if cleaning removed more than this share of its occurrences
_LOOKS = 0.5  # a word looks like a name or a host if this share of its occurrences does

_HOST = re.compile(r"[\w.+%!-]{1,100}@[\w.-]{1,100}|\b\w[\w-]{0,60}(?:\.[\w-]{1,60}){1,10}\b")


def strongest_features(documents: pd.DataFrame, split: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Return for each label the words with the largest positive weight in a linear SVM over TF-IDF.

    Args:
        documents: the DOCUMENTS table.
        split: the SPLIT table; the model is trained on its training part.

    Returns:
        label → [{`feature`, `weight`, `removed_share`}], the strongest first. `removed_share` is the share of the
        word's occurrences in the raw training documents that cleaning removed. Empty if there is a single label or no
        word.
    """
    train = split[split["split"] == "train"]
    if train["label"].nunique() < 2:
        return {}
    vectorizer = NgramVectorizer((1, 1), minimum_document_frequency=1)
    try:
        features = vectorizer.fit_transform(train["text"])
    except ValueError:  # there is no word
        return {}
    words = vectorizer.words
    model = LinearSVC(random_state=0).fit(features, train["label"])
    weights = model.coef_ if len(model.classes_) > 2 else np.vstack([-model.coef_, model.coef_])  # (classes, words)

    before, after = (_occurrences(vectorizer, texts) for texts in (_raw(documents, train), train["text"]))
    removed = np.clip(1 - after / np.maximum(before, 1), 0, 1)
    return {
        str(label): [
            {"feature": words[i], "weight": float(row[i]), "removed_share": float(removed[i])}
            # Class by class: an order of all weights at once would take as much memory as they do.
            for i in np.argsort(-row, kind="stable")[:STRONGEST]
            if row[i] > 0
        ]
        for label, row in zip(model.classes_, weights, strict=True)
    }


def suspects(
    documents: pd.DataFrame, split: pd.DataFrame, features: Mapping[str, list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """Return the features that cleaning mostly removed and that look like a name or a host in the raw texts.

    Args:
        documents, split: as for `strongest_features`.
        features: its result.

    Returns:
        The features with their `label` and `looks_like` ("host" or "name"), the largest weight first.
    """
    removed = [
        feature | {"label": label}
        for label, listed in features.items()
        for feature in listed
        if feature["removed_share"] > REMOVED
    ]
    train = split[split["split"] == "train"]
    looks = _looks(_raw(documents, train), {feature["feature"] for feature in removed})
    found = [feature | {"looks_like": looks[feature["feature"]]} for feature in removed if feature["feature"] in looks]
    return sorted(found, key=lambda feature: (-feature["weight"], feature["feature"], feature["label"]))


def _occurrences(vectorizer: NgramVectorizer, texts: pd.Series) -> np.ndarray:
    """Return how often each word of the vectorizer occurs in the texts, (words,) int."""
    numbers = vectorizer.number(texts).values
    return np.bincount(numbers[numbers >= 0], minlength=len(vectorizer.words))


def _raw(documents: pd.DataFrame, train: pd.DataFrame) -> pd.Series:
    return documents.set_index("id")["text"].loc[train["id"]]


def _looks(texts: Iterable[str], words: set[str]) -> dict[str, str]:
    """Return word → what it mostly looks like: "host", part of an address or host name, or "name", if capitalised."""
    total, capitalised, in_host = (dict.fromkeys(words, 0) for _ in range(3))
    for text in texts:
        text = normalise(text)
        for start, end in word_spans(text):
            lower = text[start:end].lower()
            if lower in total:
                total[lower] += 1
                capitalised[lower] += text[start].isupper()
        for host in _HOST.findall(text):
            for word in find_words(host):
                if word in total:
                    in_host[word] += 1
    looks = {}
    for word in words:
        if in_host[word] >= _LOOKS * total[word]:
            looks[word] = "host"
        elif capitalised[word] >= _LOOKS * total[word]:
            looks[word] = "name"
    return looks
