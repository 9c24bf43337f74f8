"""The words that light models of scikit-learn find in texts, of which there may be none."""

from collections.abc import Iterable

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer


def fitted_features(vectorizer: CountVectorizer, texts: Iterable[str]) -> tuple[csr_matrix, np.ndarray]:
    """Fit a vectorizer and return (texts, words) of its features, and the words.

    Texts of signs only, or without spaces and without a word in common, leave no word: features are then (texts, 0).
    """
    texts = list(texts)
    try:
        features = vectorizer.fit_transform(texts)
    except ValueError:  # raised for an empty vocabulary, before or after rare words are dropped
        return csr_matrix((len(texts), 0)), np.empty(0, object)
    return features, vectorizer.get_feature_names_out()
