"""Accuracy under wrong labels, and the labels that a person should read again."""

import numpy as np
import pandas as pd
import pytest

from textstudy.evaluate.label_noise import COLUMNS, accuracy_range, measure_label_noise

NAMES = ["animals", "plants", "stones"]


def study(wrong_labels=(), documents=300, sure=0.9):
    """(runs, split) of a model that answers rightly and surely; the labels of some documents are wrong."""
    true = np.arange(documents) % 3
    given = np.array([(label + 1) % 3 if row in wrong_labels else label for row, label in enumerate(true)])
    probabilities = np.full((documents, 3), (1 - sure) / 2, "float32")
    probabilities[np.arange(documents), true] = sure
    part = ["validation" if index < 90 else "test" for index in range(documents)]
    split = pd.DataFrame({"id": [f"d{index:04}" for index in range(documents)], "split": part,
                          "text": "a text", "label": [NAMES[label] for label in given]})  # fmt: skip
    table = split[["id", "split"]].assign(label=given, predicted=true, probabilities=list(probabilities))
    return {"nb": [table.sample(frac=1, random_state=0)], "other": [table]}, split


def test_bounds_against_plain_loops():
    wrong = {10, 20, 100, 110, 120, 130, 140}
    runs, split = study(wrong)
    found, table = measure_label_noise(runs, split, candidates=["nb"])
    assert found["doubted"] == {"test": 5, "validation": 2}
    assert set(table["id"]) == {f"d{index:04}" for index in wrong} and list(table) == COLUMNS
    assert (table["suggested"] != table["label"]).all() and (table["new_label"] == "").all()
    given = np.mean([index not in wrong for index in range(90, 300)])
    for scores in found["models"].values():
        assert scores["as_given"] == pytest.approx(given) and scores["as_suggested"] == 1.0
        assert scores["low"] == pytest.approx(given - found["wrong"]["mean"])
        assert scores["high"] == pytest.approx(min(1.0, given + found["wrong"]["mean"]))
    assert found["wrong"]["mean"] == pytest.approx(5 / 210, abs=0.01)
    assert found["wrong"]["low"] <= 5 / 210 <= found["wrong"]["high"]


def test_the_bounds_hold_whichever_labels_are_wrong():
    generator = np.random.default_rng(0)
    true = generator.integers(0, 3, 500)
    predicted = np.where(generator.random((500, 2)) < 0.7, true[:, None], generator.integers(0, 3, (500, 2)))
    for share in (0.02, 0.1, 0.3):
        given = np.where(generator.random(500) < share, (true + 1) % 3, true)
        wrong = float((given != true).mean())
        found = accuracy_range(predicted, given, np.array([], int), np.array([], int), wrong)
        assert found["low"] - 1e-12 <= (predicted == true[:, None]).mean() <= found["high"] + 1e-12
        assert found["as_given"] == found["as_suggested"]


def test_without_doubts_nothing_changes():
    found, table = measure_label_noise(*study(), candidates=["nb"])
    assert found["wrong"]["mean"] == 0 and found["doubted"] == {"test": 0, "validation": 0} and not len(table)
    assert found["models"]["nb"] == {"as_given": 1.0, "as_suggested": 1.0, "low": 1.0, "high": 1.0}


def test_without_models_to_ask_nothing_is_known():
    found, table = measure_label_noise(*study(), candidates=[])
    assert found is None and list(table) == COLUMNS and not len(table)
