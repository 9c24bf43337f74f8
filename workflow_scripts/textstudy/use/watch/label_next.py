"""Which of the new documents to label next: those that the model is unsure of, and no two that are alike.

They are drawn as in BADGE (Ash et al. 2020, arXiv:1906.03671): a document stands at the gradient that its most probable
label would give the last layer, and k-means++ draws documents far from those drawn before. A gradient is short where
the model is sure. It is the product of two vectors, the errors of the probabilities and the state of the document; in
place of the state, which not every model has, stand the words.
"""

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.preprocessing import normalize


def choose_next(features: csr_matrix, probabilities: np.ndarray, count: int, *, seed: int = 0) -> list[int]:
    """Return the places of `count` documents, in the order in which they are drawn, the most unsure one first.

    They are fewer where there are not so many of which the model is unsure and which differ.

    Args:
        features: (documents, features).
        probabilities: (documents, classes).
    """
    states = normalize(features)
    errors = probabilities.astype(float) - np.eye(probabilities.shape[1])[probabilities.argmax(axis=1)]
    squares = (errors**2).sum(axis=1) * np.asarray(states.multiply(states).sum(axis=1)).ravel()
    generator, chosen = np.random.default_rng(seed), []
    distances = squares.copy()  # to the nearest one chosen, at first to a document without any gradient
    while len(chosen) < min(count, len(errors)) and distances.sum() > 0:
        place = int(generator.choice(len(errors), p=distances / distances.sum())) if chosen else int(squares.argmax())
        chosen.append(place)
        products = (errors @ errors[place]) * (states @ states[[place]].T).toarray().ravel()
        distances = np.minimum(distances, np.maximum(squares + squares[place] - 2 * products, 0))
        distances[chosen] = 0
    return chosen
