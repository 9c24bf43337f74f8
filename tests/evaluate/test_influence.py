"""Scores and influences of documents, against scikit-learn, the bootstrap and deleted documents."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score, f1_score, precision_score, recall_score

from textstudy.evaluate.influence import influences
from textstudy.evaluate.uncertainty import documents_error

CLASSES = 4
RANKS = [2, 0, 3, 1]


def draw(documents: int = 500, seed: int = 0):
    """Labels, predictions and probabilities of a model that is right on about half of the documents."""
    generator = np.random.default_rng(seed)
    labels = generator.choice(CLASSES, p=[0.5, 0.25, 0.15, 0.1], size=documents)
    logits = generator.normal(size=(documents, CLASSES))
    logits[np.arange(documents), labels] += 1
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return labels, probabilities.argmax(axis=1), probabilities


def test_scores_are_those_of_scikit_learn():
    labels, predicted, probabilities = draw()
    found = influences(labels, predicted, probabilities, RANKS)
    macro = {"average": "macro", "zero_division": 0}
    places = np.array(RANKS)
    assert found["macro_f1"].score == pytest.approx(f1_score(labels, predicted, **macro))
    assert found["weighted_f1"].score == pytest.approx(f1_score(labels, predicted, average="weighted"))
    assert found["macro_precision"].score == pytest.approx(precision_score(labels, predicted, **macro))
    assert found["macro_recall"].score == pytest.approx(recall_score(labels, predicted, **macro))
    assert found["quadratic_kappa"].score == pytest.approx(
        cohen_kappa_score(places[labels], places[predicted], weights="quadratic")
    )
    assert found["far_off"].score == pytest.approx((np.abs(places[labels] - places[predicted]) > 1).mean())


def test_a_class_that_nobody_names_does_not_count():
    labels, predicted = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    found = influences(labels, predicted, np.eye(3)[predicted])
    assert found["macro_f1"].score == pytest.approx(f1_score(labels, predicted, average="macro"))


def test_influences_sum_to_zero_and_give_the_error_of_a_bootstrap():
    labels, predicted, probabilities = draw()
    found = influences(labels, predicted, probabilities, RANKS)
    generator = np.random.default_rng(1)
    drawn = [generator.integers(len(labels), size=len(labels)) for _ in range(600)]
    scores = [influences(labels[rows], predicted[rows], probabilities[rows], RANKS) for rows in drawn]
    for metric, influence in found.items():
        assert influence.of_document.sum() == pytest.approx(0, abs=1e-8), metric
        spread = np.std([each[metric].score for each in scores])
        assert documents_error(influence.of_document).size == pytest.approx(spread, rel=0.12), metric


def test_an_influence_says_what_a_document_more_changes():
    """A copy of one document moves a score by about its influence, divided by the number of documents."""
    labels, predicted, probabilities = draw(2000)
    found = influences(labels, predicted, probabilities, RANKS)
    for row in (0, 1, 2, 3):
        again = np.append(np.arange(2000), row)
        moved = influences(labels[again], predicted[again], probabilities[again], RANKS)
        for metric, influence in found.items():
            change = moved[metric].score - influence.score
            assert change == pytest.approx(influence.of_document[row] / 2001, rel=0.05, abs=2e-6), metric
