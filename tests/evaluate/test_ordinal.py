"""Metrics of classes with an order, against scikit-learn and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from made_up_predictions import predictions
from textstudy.errors import StudyError
from textstudy.evaluate.ordinal import class_ranks, ordinal_metrics
from textstudy.evaluate.ordinal_scores import ordinal_scores


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


def test_scores_are_means_over_seeds_with_intervals_that_cover_trainings():
    runs = {
        "one": [predictions(0.7, 1)],
        "three": [predictions(accuracy, seed) for seed, accuracy in enumerate((0.6, 0.7, 0.8))],
    }
    rows = ordinal_scores(runs, [0, 1, 2]).set_index(["model", "split", "metric"])
    one, three = (rows.loc[model, "test", "mean_absolute_error"] for model in runs)
    table = runs["one"][0][runs["one"][0]["split"] == "test"]
    assert one["mean"] == pytest.approx((table["predicted"] - table["label"]).abs().mean())
    assert one["low"] < one["mean"] < one["high"] and np.isnan(one["spread"])
    assert three["spread"] > 0.05 and three["high"] - three["low"] > 2 * (one["high"] - one["low"])
