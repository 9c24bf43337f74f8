"""The accuracy that is estimated without labels, and measured with them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from textstudy.use.watch.estimate import (
    BY_DIFFERENCE,
    HELD_OUT,
    MEASURED,
    THRESHOLDED,
    by_difference,
    estimate_accuracies,
    measure_accuracy,
    thresholded,
)
from textstudy.use.watch.verdict import Thresholds, alarms

ANSWERS = st.lists(st.booleans(), min_size=1, max_size=50)


@settings(max_examples=30)
@given(ANSWERS, st.randoms(use_true_random=False))
def test_unchanged_documents_keep_their_accuracy(answers, random):
    confidence = np.array(random.sample(range(1000), len(answers))) / 1000  # no ties
    right = np.array(answers)
    for method in (thresholded, by_difference):
        assert method(confidence, right, confidence).mean == pytest.approx(right.mean())


@pytest.mark.parametrize("method", [thresholded, by_difference])
def test_where_confidence_tells_the_accuracy_the_interval_holds_it(method):
    generator = np.random.default_rng(3)
    old, new = generator.uniform(0.5, 1, 2_000), generator.uniform(0.5, 0.8, 2_000)
    found = method(old, generator.random(2_000) < old, new)
    if method is by_difference:  # exact for a calibrated model
        assert found.low < new.mean() < found.high
    else:
        assert found.p_value < 0.01
    assert found.change < -0.05
    assert found.low < found.mean < found.high and found.change_low < found.change < found.change_high


@settings(max_examples=30)
@given(st.integers(1, 4), st.floats(0, 1))
def test_a_few_new_documents_prove_little_whatever_they_are(count, confidence):
    old = np.linspace(0.3, 1, 100)
    for found in (method(old, old > 0.4, np.full(count, confidence)) for method in (thresholded, by_difference)):
        assert 0 <= found.low <= found.high <= 1 and found.change_high - found.change_low > 0.1
        assert found.p_value is None or found.p_value > 0.1**count / 2


def test_measured_accuracy_is_tested_exactly_and_few_labels_prove_little():
    old = np.repeat([True, False], [80, 20])
    found = measure_accuracy(old, np.repeat([True, False], [10, 20]))
    assert found.mean == pytest.approx(1 / 3) and found.change == pytest.approx(1 / 3 - 0.8)
    assert found.p_value == pytest.approx(fisher_exact([[10, 20], [80, 20]], alternative="less").pvalue)
    few = measure_accuracy(old, np.array([False, False]))
    assert few.change == pytest.approx(-0.8) and few.p_value > 0.01 and few.change_high - few.change_low > 0.5


def test_documents_for_validation_and_documents_without_labels_do_not_count():
    old = pd.DataFrame({"predicted": list("aabb"), "confidence": [0.9, 0.8, 0.7, 0.6]})
    known = np.array([["test", "a"], ["test", "b"], ["validation", "a"], ["validation", "a"]])
    new = pd.DataFrame({"predicted": list("aaab"), "confidence": [0.9, 0.8, 0.7, 0.6]})
    found = estimate_accuracies(old, known, new, np.array(["a", "b", "", "b"]))
    assert found[HELD_OUT].mean == 0.5 and found[MEASURED].mean == pytest.approx(2 / 3)
    unlabelled = estimate_accuracies(old, known, new, np.array(["a", "", "", ""]))
    assert set(unlabelled) == {HELD_OUT, THRESHOLDED, BY_DIFFERENCE}, "one label measures nothing"


def test_what_is_measured_counts_in_place_of_what_is_estimated():
    bad = measure_accuracy(np.ones(100, bool), np.zeros(100, bool))
    good = measure_accuracy(np.ones(100, bool), np.ones(100, bool))
    assert alarms({}, {THRESHOLDED: bad, MEASURED: good}, Thresholds()) == []
    assert "is estimated to be 0.0 %, −100.0 points" in alarms({}, {THRESHOLDED: bad}, Thresholds())[0]
    assert alarms({}, {THRESHOLDED: bad}, Thresholds(drop=1.0)) == []
    assert alarms({"words": 0.02, "length": 0.001}, {THRESHOLDED: good}, Thresholds())[0].endswith(
        "length of the texts."
    )
