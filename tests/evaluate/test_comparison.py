"""Comparisons of models: shapes, directions, and refusal of mismatched documents."""

import numpy as np
import pandas as pd
import pytest

from textstudy.errors import StudyError
from textstudy.evaluate.comparison import compare


def table(accuracy: float, seed: int, documents: int = 600) -> pd.DataFrame:
    """Predictions for 3 classes of the given accuracy."""
    labels = np.arange(documents) % 3
    generator = np.random.default_rng(seed)
    right = generator.random(documents) < accuracy
    predicted = np.where(right, labels, (labels + 1) % 3)
    return pd.DataFrame(
        {
            "id": [f"d{index}" for index in range(documents)],
            "split": ["validation" if index < 200 else "test" for index in range(documents)],
            "label": labels.astype("int32"),
            "predicted": predicted.astype("int32"),
            "probabilities": list(np.eye(3, dtype="float32")[predicted]),
        }
    )


def test_better_models_are_found_better_and_equal_ones_are_not():
    runs = {"good": [table(0.9, 1), table(0.9, 2)], "same": [table(0.9, 3), table(0.9, 4)], "bad": [table(0.6, 5)]}
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
    runs = {"a": [table(0.8, 1)], "b": [table(0.7, 2)]}
    shuffled = {"a": [table(0.8, 1).sample(frac=1, random_state=0)], "b": runs["b"]}
    for first, second in zip(compare(runs), compare(shuffled), strict=True):
        pd.testing.assert_frame_equal(first, second)


def test_other_documents_are_refused():
    with pytest.raises(StudyError, match="other test documents"):
        compare({"a": [table(0.8, 1)], "b": [table(0.8, 1, documents=500)]})


def test_one_model_alone_has_no_pairs():
    assert len(compare({"only": [table(0.8, 1)]})[1]) == 0
