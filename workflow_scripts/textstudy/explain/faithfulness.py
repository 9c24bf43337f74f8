"""Whether an explanation is faithful: does the prediction change when the words that it names are deleted?

The deletion curve of Samek et al. 2017 (arXiv:1509.06321) and Petsiuk et al. 2018 (arXiv:1806.07421), over words: the
predicted class's probability after deleting the words of the largest attributions, against deleting as many at random.
Where both fall alike, the attributions explain nothing.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from textstudy.evaluate.predictors import Predict
from textstudy.evaluate.significance import DRAWS, interval
from textstudy.explain.spans import Explained, delete_words

FRACTIONS = (0.0, 0.1, 0.2, 0.3, 0.5)
RANDOM_ORDERS = 3
# Of the mean difference in probability, compared with the lower end of its interval. A network with random weights
# changes its probabilities too, by up to 0.03 on average for the words that its gradients name.
SMALLEST_DIFFERENCE = 0.05


def deletion_curves(explained: Sequence[Explained], names: Sequence[str], predict_proba: Predict) -> dict[str, Any]:
    """Return the curves, the area between them with its bootstrap interval over documents, and whether it is enough.

    Args:
        explained: explanations of some documents' predicted classes.
        names: ids of the documents, which seed the random orders: the same for every model.
        predict_proba: from texts to probabilities, (documents, classes).

    Returns:
        fractions; by_attribution and random, mean probability of the explained class after deleting that share of
        the words; difference (value, low, high), the area between the curves as a mean difference in probability,
        positive where the explanation finds what matters; documents; faithful, whether `low` exceeds
        `SMALLEST_DIFFERENCE`.
    """
    texts = [text for one, name in zip(explained, names, strict=True) for text in shorten(one, name)]
    targets = np.array([one.target for one in explained])
    probabilities = predict_proba(texts)
    probabilities = probabilities.reshape(len(explained), -1, probabilities.shape[1])  # (documents, versions, classes)
    chosen = np.take_along_axis(probabilities, targets[:, None, None], axis=2)[:, :, 0].astype(np.float64)
    count = len(FRACTIONS) - 1
    whole, rest = chosen[:, :1], chosen[:, 1:].reshape(len(explained), 1 + RANDOM_ORDERS, count)
    ours = np.concatenate([whole, rest[:, 0]], axis=1)  # (documents, fractions)
    chance = np.concatenate([whole, rest[:, 1:].mean(axis=1)], axis=1)
    areas = np.trapezoid(chance - ours, FRACTIONS, axis=1) / (FRACTIONS[-1] - FRACTIONS[0])  # (documents,)
    rows = np.random.default_rng(0).integers(len(areas), size=(DRAWS, len(areas)))
    low, high = interval(areas[rows].mean(axis=1))
    return {
        "fractions": list(FRACTIONS),
        "by_attribution": ours.mean(axis=0).tolist(),
        "random": chance.mean(axis=0).tolist(),
        "difference": {"mean": float(areas.mean()), "low": low, "high": high},
        "smallest_difference": SMALLEST_DIFFERENCE,
        "faithful": low > SMALLEST_DIFFERENCE,
        "random_orders": RANDOM_ORDERS,
        "documents": len(explained),
    }


def shorten(explained: Explained, name: str) -> list[str]:
    """Return the text, then the text without each further fraction of its words.

    First the words of the largest attributions are deleted, then as many in each of the random orders.
    """
    orders = [np.argsort(-explained.attributions, kind="stable")]
    orders += [_generator(name, number).permutation(len(explained.words)) for number in range(RANDOM_ORDERS)]
    counts = [round(fraction * len(explained.words)) for fraction in FRACTIONS[1:]]
    deleted = [order[:count].tolist() for order in orders for count in counts]
    return [explained.text, *(delete_words(explained.text, explained.words, some) for some in deleted)]


def _generator(name: str, number: int) -> np.random.Generator:
    digest = hashlib.sha256(f"{name}\0{number}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8]))
