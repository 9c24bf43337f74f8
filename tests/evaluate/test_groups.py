"""Accuracy on documents of known and of unknown groups."""

import numpy as np
import pandas as pd
import pytest

from textstudy.evaluate.groups import compare_groups


def corpus(known=60, unknown=40, without=5):
    """A SPLIT table: two training documents of ann, and test documents of ann, of others, and of nobody."""
    authors = ["ann"] * known + [f"a{i}" for i in range(unknown)] + [""] * without
    rows = [("train", "ann")] * 2 + [("test", author) for author in authors]
    frame = pd.DataFrame(rows, columns=["split", "group_author"])
    return frame.assign(id=[f"d{i}" for i in range(len(frame))])


def predictions(split, right):
    """PREDICTIONS of the test documents, in another order; `right` says which are right."""
    test = split[split["split"] == "test"].assign(label=1, predicted=np.asarray(right, int))
    return test[["id", "split", "label", "predicted"]].sample(frac=1, random_state=0)


def test_accuracies_on_both_sides_are_means_over_seeds():
    split = corpus()
    seeds = [predictions(split, [1] * 60 + [0] * 20 + [1] * 20 + [0] * 5),
             predictions(split, [0] * 6 + [1] * 54 + [0] * 40 + [1] * 5)]  # fmt: skip
    (row,) = compare_groups({"nb": seeds, "other": seeds}, split, models=["nb"])
    assert (row["kind"], row["known"], row["unknown"], list(row["models"])) == ("author", 60, 40, ["nb"])
    scores = row["models"]["nb"]
    assert scores["known"]["mean"] == pytest.approx((60 + 54) / 120)
    assert scores["unknown"]["mean"] == pytest.approx(20 / 80)
    assert scores["difference"]["mean"] == pytest.approx(0.95 - 0.25)
    for each in scores.values():
        assert each["low"] <= each["mean"] <= each["high"]


def test_intervals_are_those_of_single_documents_where_these_differ_most():
    split = corpus(known=400, unknown=100)
    right = np.random.default_rng(1).random(505) < 0.7
    (row,) = compare_groups({"nb": [predictions(split, right)]}, split, models=["nb"])
    for side, size in (("known", 400), ("unknown", 100)):
        found = row["models"]["nb"][side]
        error = np.sqrt(found["mean"] * (1 - found["mean"]) / size)
        assert found["high"] - found["low"] == pytest.approx(2 * 1.96 * error, rel=0.1)


def test_documents_of_one_author_vary_together():
    """Ten texts of each unknown author, all right or all wrong, say as much as one."""
    split = corpus(known=40, unknown=400, without=0)
    split.loc[split["group_author"].str.startswith("a") & (split["group_author"] != "ann"), "group_author"] = [
        f"a{place // 10}" for place in range(400)
    ]
    right = np.random.default_rng(2).random(40) < 0.7
    (row,) = compare_groups(
        {"nb": [predictions(split, [1] * 30 + [0] * 10 + [*np.repeat(right, 10)])]}, split, models=["nb"]
    )
    found = row["models"]["nb"]["unknown"]
    error = np.sqrt(found["mean"] * (1 - found["mean"]) / 40)
    assert found["high"] - found["low"] == pytest.approx(2 * 2.02 * error, rel=0.1)


def test_trainings_that_differ_on_one_side_widen_its_interval():
    split = corpus(known=400, unknown=100, without=0)
    right = np.random.default_rng(3).random(500) < 0.7
    apart = [np.concatenate([right[:400], np.random.default_rng(seed).random(100) < share])
             for seed, share in enumerate((0.4, 0.7, 0.95))]  # fmt: skip
    tables = [[predictions(split, each) for each in seeds] for seeds in ([right] * 3, apart)]
    alike, different = (compare_groups({"nb": each}, split, models=["nb"])[0]["models"]["nb"] for each in tables)
    widths = {name: [each[name]["high"] - each[name]["low"] for each in (alike, different)] for name in alike}
    assert widths["known"][1] == pytest.approx(widths["known"][0]) and widths["unknown"][1] > 2 * widths["unknown"][0]
    assert widths["difference"][1] > 2 * widths["difference"][0]


def test_within_classes_easier_classes_make_no_difference():
    """Class 0 is easy and has known authors, class 1 is hard and has others; inside each, authors do not matter."""
    split = corpus(known=100, unknown=100, without=0)
    labels = np.array([0] * 80 + [1] * 20 + [0] * 20 + [1] * 80)
    right = np.where(labels == 0, True, np.arange(200) % 4 == 0)
    table = predictions(split, [0] * 200).sort_index().assign(label=labels, predicted=np.where(right, labels, 9))
    (row,) = compare_groups({"nb": [table]}, split, models=["nb"])
    scores = row["models"]["nb"]
    assert scores["difference"]["low"] > 0.3
    assert scores["within_classes"]["low"] < 0 < scores["within_classes"]["high"]
    assert scores["within_classes"]["mean"] == pytest.approx(0, abs=0.01)


def test_too_few_documents_on_one_side_are_not_compared():
    split = corpus(unknown=19)
    assert compare_groups({"nb": [predictions(split, [1] * 84)]}, split, models=["nb"]) == []


def test_a_corpus_without_groups_has_nothing_to_compare():
    split = corpus()
    runs = {"nb": [predictions(split, [1] * 105)]}
    assert compare_groups(runs, split.drop(columns="group_author"), models=["nb"]) == []
