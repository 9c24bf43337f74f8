"""The best score to expect of a number of trials, against every possible draw of them."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textstudy.evaluate.tuning import budget_curve, expected_maximum

SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=5)


@settings(max_examples=40, deadline=None)
@given(SCORES)
def test_it_is_the_mean_over_all_sets_of_trials(scores):
    found = expected_maximum(scores)
    for budget in range(1, len(scores) + 1):
        every = [max(chosen) for chosen in combinations(scores, budget)]
        assert found[budget - 1] == pytest.approx(np.mean(every))


@settings(max_examples=40, deadline=None)
@given(SCORES)
def test_it_rises_from_the_mean_and_stays_below_the_best(scores):
    found = expected_maximum(scores)
    assert found[0] == pytest.approx(np.mean(scores))
    assert (np.diff(found) >= -1e-12).all() and found[-1] == pytest.approx(max(scores))


def test_it_is_unbiased():
    """The expected best of 2 uniform numbers is 2/3, however many are measured; a draw with replacement gives less."""
    samples = np.random.default_rng(0).random((4000, 5))
    assert expected_maximum(samples).mean(axis=0)[1] == pytest.approx(2 / 3, abs=0.01)


def test_rows_are_taken_one_by_one():
    rows = np.random.default_rng(0).random((4, 6))
    np.testing.assert_allclose(expected_maximum(rows), [expected_maximum(row) for row in rows])


def test_the_curve_has_an_interval_that_holds_its_mean():
    curve = budget_curve([0.7, 0.75, 0.8, 0.82])
    assert [point["trials"] for point in curve] == [1, 2, 3, 4]
    assert all(point["low"] <= point["mean"] <= point["high"] for point in curve[:2])
    assert all(point["low"] is None for point in curve[2:]), "the best trial alone decides"
    assert curve[0]["mean"] == pytest.approx(0.7675)
