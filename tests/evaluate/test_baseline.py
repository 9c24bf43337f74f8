"""A run against the one before it: what is compared, what is not, and which differences are shown."""

import pytest

from made_up_predictions import predictions
from textstudy.evaluate.baseline import compare_with_baseline
from textstudy.evaluate.predictions import predictions_by_model
from textstudy.storage.tables import PREDICTIONS, write_table


def test_statuses():
    found = compare_with_baseline(
        {"same": [predictions(0.8)], "new": [predictions(0.8)], "other": [predictions(0.8, shift=1)]},
        {
            "same": [predictions(0.8).sample(frac=1, random_state=3)],
            "old": [predictions(0.8)],
            "other": [predictions(0.8)],
        },
    )
    assert {name: row["status"] for name, row in found.items()} == {
        "same": "unchanged", "new": "added", "old": "removed", "other": "incomparable"
    }  # fmt: skip


def test_the_order_of_the_seeds_does_not_matter(tmp_path):
    """Kept files come in the order of their names: 1, 10, 2."""
    runs = {seed: predictions(0.8, seed) for seed in (1, 2, 10)}
    for seed, table in runs.items():
        write_table(table, tmp_path / f"{seed}.parquet", PREDICTIONS)

    def read(seeds):
        return predictions_by_model([("a", seed) for seed in seeds], [tmp_path / f"{seed}.parquet" for seed in seeds])

    assert compare_with_baseline(read([1, 2, 10]), read([1, 10, 2]))["a"] == {"status": "unchanged"}


def test_a_gain_is_shown_and_noise_is_not():
    found = compare_with_baseline(
        {"gained": [predictions(0.9, 1)], "noise": [predictions(0.8, 2)]},
        {"gained": [predictions(0.6, 3)], "noise": [predictions(0.8, 4)]},
    )
    gained, noise = found["gained"], found["noise"]
    assert gained["significant"] and gained["low"] > 0
    assert gained["after"] - gained["before"] == pytest.approx(gained["difference"])
    assert not noise["significant"] and noise["adjusted_p_value"] >= noise["p_value"]
    assert gained["documents"] == 400


def test_another_number_of_seeds_is_compared_by_its_mean():
    found = compare_with_baseline({"a": [predictions(0.8, 1), predictions(0.8, 2)]}, {"a": [predictions(0.8, 1)]})["a"]
    assert found["status"] == "compared"
