"""A run against the one before it: what is compared, what is not, and which differences are shown."""

import numpy as np
import pandas as pd
import pytest

from textstudy.evaluate.baseline import compare_with_baseline


def table(accuracy: float, seed: int = 0, *, documents: int = 900, shift: int = 0) -> pd.DataFrame:
    """Predictions for 3 classes; a seed decides which documents are right."""
    labels = np.arange(documents) % 3
    right = np.random.default_rng(seed).random(documents) < accuracy
    predicted = np.where(right, labels, (labels + 1) % 3)
    return pd.DataFrame(
        {
            "id": [f"d{index + shift}" for index in range(documents)],
            "split": ["validation" if index < 100 else "test" for index in range(documents)],
            "label": labels.astype("int32"),
            "predicted": predicted.astype("int32"),
            "probabilities": list(np.eye(3, dtype="float32")[predicted]),
        }
    )


def test_statuses():
    found = compare_with_baseline(
        {"same": [table(0.8)], "new": [table(0.8)], "other": [table(0.8, shift=1)]},
        {"same": [table(0.8).sample(frac=1, random_state=3)], "old": [table(0.8)], "other": [table(0.8)]},
    )
    assert {name: row["status"] for name, row in found.items()} == {
        "same": "unchanged", "new": "added", "old": "removed", "other": "incomparable"
    }  # fmt: skip


def test_a_gain_is_shown_and_noise_is_not():
    found = compare_with_baseline(
        {"gained": [table(0.9, 1)], "noise": [table(0.8, 2)]}, {"gained": [table(0.6, 3)], "noise": [table(0.8, 4)]}
    )
    gained, noise = found["gained"], found["noise"]
    assert gained["significant"] and gained["low"] > 0
    assert gained["after"] - gained["before"] == pytest.approx(gained["difference"])
    assert not noise["significant"] and noise["adjusted_p_value"] >= noise["p_value"]
    assert gained["documents"] == 800


def test_another_number_of_seeds_is_compared_by_its_mean():
    found = compare_with_baseline({"a": [table(0.8, 1), table(0.8, 2)]}, {"a": [table(0.8, 1)]})["a"]
    assert found["status"] == "compared"
