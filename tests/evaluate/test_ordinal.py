"""Metrics of classes with an order, against scikit-learn and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textstudy.errors import StudyError
from textstudy.evaluate.influence import influences
from textstudy.evaluate.ordinal import class_ranks, ordinal_metrics


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2), st.permutations(range(5)))
def test_the_scores_are_those_that_models_are_compared_by(answers, ranks):
    labels, predicted = np.array(answers).T
    found = ordinal_metrics(labels, predicted, ranks)
    compared = influences(labels, predicted, np.eye(5)[predicted], ranks)
    assert found == {metric: pytest.approx(compared[metric].score, abs=1e-9) for metric in found}


def test_the_order_of_classes():
    labels = ["high", "low", "middle"]
    assert class_ranks(labels, False) is None
    assert class_ranks(["1", "2", "3"], True) == [0, 1, 2]
    assert class_ranks(labels, ["low", "middle", "high"]) == [2, 0, 1]
    with pytest.raises(StudyError, match=r"lists low, high, but the classes are high, low, middle: list each class"):
        class_ranks(labels, ["low", "high"])
