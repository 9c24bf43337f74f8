"""Comparisons of models: shapes, directions, and refusal of mismatched documents."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from made_up_predictions import predictions
from textstudy.errors import StudyError
from textstudy.evaluate.comparison import Plan, compare


def plan(*names: str, **others) -> Plan:
    return Plan(chosen_from=names, **others)


def test_better_models_are_found_better_and_equal_ones_are_not():
    runs = {
        "good": [predictions(0.9, 1), predictions(0.9, 2), predictions(0.9, 6)],
        "same": [predictions(0.9, 3), predictions(0.9, 4), predictions(0.9, 7)],
        "bad": [predictions(0.6, 5)],
    }
    comparison, pairs = compare(runs, plan(*runs, deterministic=["bad"]))
    accuracy = comparison.query("metric == 'accuracy' and split == 'test'").set_index("model")
    assert (accuracy["low"] <= accuracy["mean"]).all() and (accuracy["mean"] <= accuracy["high"]).all()
    assert accuracy.loc["good", "spread"] > 0
    assert np.isnan(accuracy.loc["bad", "spread"])
    of = pairs.query("metric == 'accuracy' and split == 'test'").set_index(["first", "second"])
    assert of.loc[("good", "bad"), "significant"] and of.loc[("good", "bad"), "low"] > 0
    assert not of.loc[("good", "same"), "significant"]
    assert (pairs["adjusted_p_value"] >= pairs["p_value"]).all()
    assert (of["documents"] == 400).all() and set(of["scope"]) == {"settings"}


def test_one_run_of_a_model_with_random_parts_speaks_for_itself_only():
    runs = {"network": [predictions(0.9, 1)], "linear": [predictions(0.7, 2)]}
    comparison, pairs = compare(runs, plan(*runs, deterministic=["linear"]))
    assert set(pairs["scope"]) == {"runs"}
    scope = comparison.drop_duplicates("model").set_index("model")["scope"]
    assert scope.to_dict() == {"network": "runs", "linear": "settings"}
    expected = comparison.query("metric == 'accuracy'").set_index(["model", "split"])["expected"]
    assert expected["network", "test"] is None and len(expected["linear", "test"]) == 2


def test_trainings_that_differ_widen_the_interval_of_a_difference():
    alike = [predictions(0.8, seed) for seed in (1, 2, 3)]
    apart = [predictions(accuracy, seed) for accuracy, seed in ((0.6, 1), (0.8, 2), (0.95, 3))]
    other = [predictions(0.75, 9)]
    widths = []
    for runs in (alike, apart):
        pairs = compare({"a": runs, "b": other}, plan("a", "b", deterministic=["b"]))[1]
        row = pairs.query("metric == 'accuracy' and split == 'test'").iloc[0]
        widths.append(row["high"] - row["low"])
    assert widths[1] > 2 * widths[0]


def test_documents_of_a_thread_vary_together():
    """A model that is right on whole threads or on none has seen less evidence than its documents seem to be."""
    runs = {"a": [predictions(0.8, 1)], "b": [predictions(0.7, 2)]}
    right = np.random.default_rng(0).random(60) < 0.6
    for table in runs["a"]:
        known = right[np.arange(600) // 10]
        table["predicted"] = np.where(known, table["label"], (table["label"] + 1) % 3).astype("int32")
    groups = pd.DataFrame({"id": runs["a"][0]["id"], "group_thread": [f"t{index // 10}" for index in range(600)]})
    alone, threads = (
        compare(runs, plan("a", "b"), each)[1].query("metric == 'accuracy' and split == 'test'").iloc[0]
        for each in (None, groups)
    )
    assert alone["grouped_by"] is None and threads["grouped_by"] == "thread"
    assert threads["standard_error"] > 1.5 * alone["standard_error"]
    unknown = groups.assign(group_thread="")  # nobody knows the threads: as without them
    pairs = compare(runs, plan("a", "b"), unknown)[1].query("metric == 'accuracy' and split == 'test'")
    assert pairs["standard_error"].iloc[0] == pytest.approx(alone["standard_error"])


def test_only_planned_comparisons_are_corrected_for_one_another():
    runs = {name: [predictions(0.95 - 0.1 * place, place)] for place, name in enumerate("abcde")}
    pairs = compare(runs, plan(*"abcde", questions=[("d", "e")]))[1]
    test = pairs.query("split == 'test' and metric == 'accuracy'")
    planned = test[test["planned"]]
    assert {frozenset(pair) for pair in planned[["first", "second"]].to_numpy()} == {
        *(frozenset(("a", other)) for other in "bcde"), frozenset("de"),
    }  # fmt: skip
    assert set(planned["comparisons"]) == {2 * 4 + 1} and set(test[~test["planned"]]["comparisons"]) == {5}
    validation = pairs.query("split == 'validation'")
    assert set(validation["first"]) == {"a"} and len(validation) == 4 and set(validation["metric"]) == {"accuracy"}


@pytest.mark.parametrize(("only_first", "only_second"), [(60, 40), (80, 40), (220, 80)])
def test_without_seeds_the_test_of_two_accuracies_agrees_with_mcnemars(only_first, only_second):
    """Far into the tail too, where a correction for many comparisons needs it."""
    table = predictions(1.0, 1, documents=1200)  # right on all of the 1,000 test documents, which come last
    place, wrong = np.arange(1200) - 200, (table["label"] + 1) % 3
    first_errs = (place >= only_first) & (place < only_first + only_second)
    second_errs = (place >= 0) & (place < only_first)
    runs = {
        name: [table.assign(predicted=wrong.where(errs, table["label"]).astype("int32"))]
        for name, errs in (("first", first_errs), ("second", second_errs))
    }
    pairs = compare(runs, plan(*runs, deterministic=list(runs)))[1].query("metric == 'accuracy' and split == 'test'")
    exact = binomtest(only_second, only_first + only_second).pvalue
    assert np.log10(pairs["p_value"].iloc[0]) == pytest.approx(np.log10(exact), rel=0.1, abs=0.1)


def test_row_order_of_the_predictions_does_not_matter():
    runs = {"a": [predictions(0.8, 1)], "b": [predictions(0.7, 2)]}
    shuffled = {"a": [predictions(0.8, 1).sample(frac=1, random_state=0)], "b": runs["b"]}
    for first, second in zip(compare(runs, plan("a", "b")), compare(shuffled, plan("a", "b")), strict=True):
        pd.testing.assert_frame_equal(first, second)


def test_other_documents_are_refused():
    with pytest.raises(StudyError, match="other test documents"):
        compare({"a": [predictions(0.8, 1)], "b": [predictions(0.8, 1, documents=500)]}, plan("a", "b"))


def test_one_model_alone_has_no_pairs():
    assert len(compare({"only": [predictions(0.8, 1)]}, plan("only"))[1]) == 0
