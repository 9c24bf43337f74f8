"""Metrics of a run, against scikit-learn and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import brier_score_loss, f1_score, log_loss

from textstudy.evaluate.metrics import calibration_error, evaluate, per_document_losses


def test_a_hand_computed_case():
    labels = np.array([0, 0, 1, 1])
    probabilities = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.3, 0.7]])
    result = evaluate(labels, probabilities, ["a", "b"])
    assert result["accuracy"] == 0.75
    assert result["confusion"] == [[0, 0, 1], [0, 1, 1], [1, 1, 2]]
    assert result["macro_f1"] == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert (result["best_class"], result["worst_class"]) == ("b", "a")
    assert not result["collapsed"]


def test_agrees_with_scikit_learn_on_random_predictions():
    generator = np.random.default_rng(0)
    labels = generator.integers(5, size=300)
    probabilities = generator.dirichlet(np.ones(5), size=300)
    result = evaluate(labels, probabilities, list("abcde"))
    predicted = probabilities.argmax(axis=1)
    assert result["macro_f1"] == pytest.approx(f1_score(labels, predicted, average="macro"))
    assert result["weighted_f1"] == pytest.approx(f1_score(labels, predicted, average="weighted"))


def test_a_model_that_always_says_one_class_is_called_collapsed():
    probabilities = np.tile([0.8, 0.2], (50, 1))
    assert evaluate(np.arange(50) % 2, probabilities, ["a", "b"])["collapsed"]


def test_a_good_model_of_a_lopsided_corpus_has_not_collapsed():
    """97 of 100 documents are of one class: nearly all answers are, too, and all are right."""
    labels = np.repeat([0, 1], [97, 3])
    assert not evaluate(labels, np.eye(2)[labels], ["a", "b"])["collapsed"]
    assert evaluate(labels, np.eye(2)[np.zeros(100, int)], ["a", "b"])["collapsed"]


def test_a_class_that_is_neither_there_nor_answered_is_not_in_the_means():
    labels = np.array([0, 0, 1])
    result = evaluate(labels, np.eye(3)[labels], ["a", "b", "rare"])
    assert result["macro_f1"] == result["macro_precision"] == result["macro_recall"] == 1.0
    answered = evaluate(labels, np.eye(3)[[0, 2, 1]], ["a", "b", "rare"])
    assert answered["macro_f1"] == pytest.approx(f1_score(labels, [0, 2, 1], average="macro"))


def test_calibration_error_is_the_gap_between_confidence_and_accuracy():
    # Confidence 0.8 everywhere, right half of the time.
    probabilities = np.tile([0.8, 0.2], (10, 1))
    assert calibration_error(np.array([0, 1] * 5), probabilities) == pytest.approx(0.3)
    assert calibration_error(np.zeros(4, int), np.tile([1.0, 0.0], (4, 1))) == 0


def made_up(seed, documents=200, classes=3):
    generator = np.random.default_rng(seed)
    return generator.integers(classes, size=documents), generator.dirichlet(np.ones(classes), size=documents)


def test_losses_of_documents_have_the_means_of_scikit_learn():
    labels, probabilities = made_up(0)
    losses = per_document_losses(labels, probabilities)
    assert losses["log_loss"].mean() == pytest.approx(log_loss(labels, probabilities, labels=range(3)))
    distances = ((probabilities - np.eye(3)[labels]) ** 2).sum(axis=1)
    np.testing.assert_allclose(losses["brier_score"], distances, atol=1e-12)
    assert set(losses) == {"log_loss", "brier_score"}
    assert np.isfinite(per_document_losses(np.array([0]), np.array([[0.0, 1.0]]))["log_loss"]).all()


@given(arrays(np.float64, 30, elements=st.floats(0, 1)), arrays(np.int64, 30, elements=st.integers(0, 1)))
def test_brier_score_of_two_classes_is_twice_that_of_scikit_learn(positive, labels):
    losses = per_document_losses(labels, np.column_stack([1 - positive, positive]))
    assert losses["brier_score"].mean() == pytest.approx(2 * brier_score_loss(labels, positive, pos_label=1))


def test_absolute_error_counts_classes_in_their_order():
    probabilities = np.eye(3)[[0, 1, 2]]
    losses = per_document_losses(np.array([0, 0, 0]), probabilities, ranks=[2, 0, 1])  # order: 1, 2, 0
    assert losses["absolute_error"].tolist() == [0, 2, 1]
    result = evaluate(np.array([0, 0, 0]), probabilities, list("abc"), ranks=[2, 0, 1])
    assert (result["mean_absolute_error"], result["far_off"]) == (1, pytest.approx(1 / 3))
    assert "mean_absolute_error" not in evaluate(np.array([0, 0, 0]), probabilities, list("abc"))
