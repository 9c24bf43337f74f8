"""Fitting a scikit-learn vectorizer to the words of texts, of which there may be none."""

from collections.abc import Iterable

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer

from textstudy.words import find_words

WORDS = {"tokenizer": find_words, "token_pattern": None, "lowercase": False}  # arguments of a vectorizer


def fit_features(vectorizer: CountVectorizer, texts: Iterable[str]) -> tuple[csr_matrix, np.ndarray]:
    """Fit a vectorizer and return its features, (texts, words), and the words.

    Texts that hold only punctuation, or have no spaces and no word in common, give no words: features are (texts, 0).
    """
    texts = list(texts)
    try:
        features = vectorizer.fit_transform(texts)
    except ValueError:  # the vocabulary is empty, perhaps because all words are rare
        return csr_matrix((len(texts), 0)), np.empty(0, object)
    return features, vectorizer.get_feature_names_out()
