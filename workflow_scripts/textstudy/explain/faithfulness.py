"""Whether an explanation is faithful: does the prediction change when the words that it names are deleted?

The deletion curve of Samek et al. 2017 (arXiv:1509.06321) and Petsiuk et al. 2018 (arXiv:1806.07421), over words: the
predicted class's probability after deleting the words of the largest attributions first. Rare words matter to any
model, and words of a class to any model of the task, so an order that names these is no explanation of *this* model
yet. Words are therefore deleted in other orders too: at random, by plain IDF, and as other models would order them.
Punctuation marks stay in every order.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from textstudy.errors import StudyError
from textstudy.evaluate.percentiles import LEVEL
from textstudy.evaluate.predictors import Predict
from textstudy.evaluate.uncertainty import documents_error
from textstudy.explain.spans import delete_words, without_marks, words_of
from textstudy.words import Span, find_words, normalise

FRACTIONS = (0.0, 0.1, 0.2, 0.3, 0.5)
OWN, RANDOM, IDF, MODEL = "attribution", "random", "idf", "model"
RANDOM_ORDERS = 3
# Of the mean difference in probability from random words. A network with random weights changes its probabilities too,
# by up to 0.03 on average for the words that its gradients name.
SMALLEST_DIFFERENCE = 0.05

Orders = dict[tuple[str, str | int | None], list[int]]


def deletion_test(
    own: pd.DataFrame,
    others: Mapping[str, pd.DataFrame],
    *,
    texts: Mapping[str, str],
    idf: Mapping[str, float],
    predict_proba: Predict,
    models: int,
) -> dict[str, Any]:
    """Return the deletion curves of a run, and how its own order differs from each other one.

    A difference is the mean over the fractions of how much lower the probability is after deletion in the run's own
    order, paired by document. Another model's order counts on the documents to which both give the same answer: for
    another answer it names other words.

    Args:
        own: ATTRIBUTIONS of the run.
        others: other model → its ATTRIBUTIONS of the same documents.
        texts: id → text.
        idf: of the training documents, see `inverse_document_frequencies`.
        predict_proba: from texts to probabilities, (documents, classes).
        models: number of models that are tested in a study; intervals are widened to hold for all of them together.

    Raises:
        StudyError: another model's attributions are of other documents.
    """
    rows = {name: table.set_index("id") for name, table in others.items()}
    for name, table in rows.items():
        if set(table.index) != set(own["id"]):
            raise StudyError(
                f"the attributions of {name!r} are of other documents than those of the explained run: delete the file "
                "attributions.parquet in the folders of both and rerun."
            )
    documents = [
        _document(row, {name: table.loc[row.id] for name, table in rows.items()}, texts[row.id], idf)
        for row in own.itertuples()
    ]
    curves = _curves(documents, own["target"].to_numpy(), predict_proba)
    whole = curves[OWN, None]
    rivals = {(RANDOM, None): np.mean([curves[RANDOM, number] for number in range(RANDOM_ORDERS)], axis=0)}
    nowhere = np.full_like(whole, np.nan)  # the same answer to no document
    rivals |= {key: curves.get(key, nowhere) for key in ((IDF, None), *((MODEL, name) for name in others))}
    return {
        "fractions": list(FRACTIONS),
        "curve": whole.mean(axis=0).tolist(),
        "comparisons": [_comparison(*key, whole, rival, models) for key, rival in rivals.items()],
        "random_orders": RANDOM_ORDERS,
        "documents": len(documents),
        "models": models,
    }


def inverse_document_frequencies(texts: Iterable[str]) -> dict[str, float]:
    """Return word → its inverse document frequency, log(documents / documents with the word)."""
    counts: Counter[str] = Counter()
    number = 0
    for text in texts:
        counts.update(set(find_words(text)))
        number += 1
    return {word: float(np.log(number / count)) for word, count in counts.items()}


def _document(
    row: Any, others: Mapping[str, pd.Series], text: str, idf: Mapping[str, float]
) -> tuple[str, list[Span], Orders]:
    """Return what the run reads of a text, the places of its words and marks, and its words in each order."""
    text = text[: row.read]
    spans = words_of(text)
    words = np.array(without_marks(text, spans), dtype=int)
    shuffled = [_generator(row.id, number).permutation(len(words)) for number in range(RANDOM_ORDERS)]

    def descending(values: np.ndarray) -> list[int]:
        """Return the words, the largest value first, equal ones at random: their place must not decide."""
        return words[np.lexsort((shuffled[0], -values))].tolist()

    # A word that no training document has is the rarest, but no model has learned it: it goes last.
    frequency = np.array([idf.get(normalise(text[slice(*spans[word])].lower()), -1.0) for word in words])
    orders: Orders = {(OWN, None): descending(row.attributions[words]), (IDF, None): descending(frequency)}
    orders |= {(RANDOM, number): words[order].tolist() for number, order in enumerate(shuffled)}
    for name, other in others.items():
        if other["target"] == row.target:
            values = np.full(len(spans), -np.inf)  # what the other model does not read goes last
            known = other["attributions"][: len(spans)]
            values[: len(known)] = known
            orders[MODEL, name] = descending(values[words])
    return text, spans, orders


def _curves(
    documents: list[tuple[str, list[Span], Orders]], targets: np.ndarray, predict_proba: Predict
) -> dict[tuple[str, Any], np.ndarray]:
    """Return order → (documents, fractions): the target's probability; NaN where a document has no such order."""
    texts, places = [], []
    for number, (text, spans, orders) in enumerate(documents):
        for key, order in orders.items():
            for column, fraction in enumerate(FRACTIONS):
                texts.append(delete_words(text, spans, order[: round(fraction * len(order))]))
                places.append((key, number, column))
    # Many are the same: the whole text of each order, and orders that begin alike.
    unique, distinct = pd.factorize(pd.Series(texts, dtype=object))
    probabilities = predict_proba(distinct.tolist())
    curves: dict[tuple[str, Any], np.ndarray] = {}
    for text, (key, number, column) in zip(unique, places, strict=True):
        curve = curves.setdefault(key, np.full((len(documents), len(FRACTIONS)), np.nan))
        curve[number, column] = probabilities[text, targets[number]]
    return curves


def _comparison(order: str, model: str | None, own: np.ndarray, rival: np.ndarray, models: int) -> dict[str, Any]:
    """Return how much more deletion in the run's own order costs than in another one, and whether that is shown."""
    known = ~np.isnan(rival).any(axis=1)
    smallest = SMALLEST_DIFFERENCE if order == RANDOM else 0.0
    found = {"order": order, "model": model, "documents": int(known.sum()), "smallest_difference": smallest}
    if known.sum() < 2:
        return {**found, "difference": None, "curve": None, "shown": False}
    gaps = (rival - own)[known]  # (documents, fractions)
    areas = np.trapezoid(gaps, FRACTIONS, axis=1) / (FRACTIONS[-1] - FRACTIONS[0])
    mean, reach = float(areas.mean()), documents_error(areas - areas.mean()).quantile(1 - (1 - LEVEL) / models)
    difference = {"mean": mean, "low": mean - reach, "high": mean + reach}
    # Drawn above the run's own curve by the gap on the documents that were compared.
    return {
        **found,
        "difference": difference,
        "curve": (own.mean(axis=0) + gaps.mean(axis=0)).tolist(),
        "shown": difference["low"] > smallest,
    }


def _generator(name: str, number: int) -> np.random.Generator:
    digest = hashlib.sha256(f"{name}\0{number}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8]))
