"""Comparisons of models: shapes, directions, and refusal of mismatched documents."""

import numpy as np
import pandas as pd
import pytest

from made_up_predictions import predictions
from textstudy.errors import StudyError
from textstudy.evaluate.comparison import compare


def test_better_models_are_found_better_and_equal_ones_are_not():
    runs = {
        "good": [predictions(0.9, 1), predictions(0.9, 2)],
        "same": [predictions(0.9, 3), predictions(0.9, 4)],
        "bad": [predictions(0.6, 5)],
    }
    comparison, pairs = compare(runs)
    accuracy = comparison.query("metric == 'accuracy' and split == 'test'").set_index("model")
    assert (accuracy["low"] <= accuracy["mean"]).all() and (accuracy["mean"] <= accuracy["high"]).all()
    assert accuracy.loc["good", "spread"] > 0
    assert np.isnan(accuracy.loc["bad", "spread"])
    of = pairs[pairs["metric"] == "accuracy"].set_index(["first", "second"])
    assert of.loc[("good", "bad"), "significant"] and of.loc[("good", "bad"), "low"] > 0
    assert not of.loc[("good", "same"), "significant"]
    assert (pairs["adjusted_p_value"] >= pairs["p_value"]).all()
    assert (pairs["documents"] == 400).all()


def test_row_order_of_the_predictions_does_not_matter():
    runs = {"a": [predictions(0.8, 1)], "b": [predictions(0.7, 2)]}
    shuffled = {"a": [predictions(0.8, 1).sample(frac=1, random_state=0)], "b": runs["b"]}
    for first, second in zip(compare(runs), compare(shuffled), strict=True):
        pd.testing.assert_frame_equal(first, second)


def test_other_documents_are_refused():
    with pytest.raises(StudyError, match="other test documents"):
        compare({"a": [predictions(0.8, 1)], "b": [predictions(0.8, 1, documents=500)]})


def test_one_model_alone_has_no_pairs():
    assert len(compare({"only": [predictions(0.8, 1)]})[1]) == 0
