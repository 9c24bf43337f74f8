"""Metrics of classes with an order, against scikit-learn and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from made_up_predictions import predictions
from textstudy.errors import StudyError
from textstudy.evaluate.comparison import influences_of
from textstudy.evaluate.ordinal import class_ranks, ordinal_metrics


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2), st.permutations(range(5)))
def test_kappa_is_that_of_scikit_learn(answers, ranks):
    labels, predicted = np.array(answers).T
    found = ordinal_metrics(labels, predicted, ranks)
    places = np.array(ranks)
    assert found["mean_absolute_error"] == pytest.approx(np.abs(places[labels] - places[predicted]).mean())
    if len(np.unique(answers)) > 1:  # else it is 0/0 there
        expected = cohen_kappa_score(places[labels], places[predicted], weights="quadratic", labels=range(5))
        assert found["quadratic_kappa"] == pytest.approx(expected, abs=1e-9)


def test_the_order_of_classes():
    labels = ["high", "low", "middle"]
    assert class_ranks(labels, False) is None
    assert class_ranks(["1", "2", "3"], True) == [0, 1, 2]
    assert class_ranks(labels, ["low", "middle", "high"]) == [2, 0, 1]
    with pytest.raises(StudyError, match=r"lists low, high, but the classes are high, low, middle: list each class"):
        class_ranks(labels, ["low", "high"])


def test_the_scores_of_a_comparison_are_the_metrics_of_the_run():
    table = predictions(0.7, 1)
    found = influences_of(table, [0, 1, 2])
    for metric, score in ordinal_metrics(table["label"].to_numpy(), table["predicted"].to_numpy(), [0, 1, 2]).items():
        assert found[metric].score == pytest.approx(score), metric
