"""Errors over documents, groups and trainings, and what is shown of a difference: by hand and against references."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, ttest_ind, ttest_rel

from textstudy.evaluate.uncertainty import (
    Error,
    documents_error,
    interval_of_share,
    judge,
    trainings_error,
)


def test_documents_alone_give_the_paired_t_test():
    generator = np.random.default_rng(0)
    first, second = generator.normal(0.2, 1, 80), generator.normal(size=80)
    difference = first - second
    shown = judge(difference.mean(), documents_error(difference - difference.mean()), comparisons=1)
    assert shown.p_value == pytest.approx(ttest_rel(first, second).pvalue)


def test_trainings_alone_give_welchs_test():
    first, second = [0.81, 0.83, 0.80, 0.84], [0.78, 0.80, 0.79]
    error = trainings_error(first, 0.0) + trainings_error(second, 0.0)
    shown = judge(np.mean(first) - np.mean(second), error, comparisons=1)
    assert shown.p_value == pytest.approx(ttest_ind(first, second, equal_var=False).pvalue)


def test_groups_give_the_cluster_robust_error():
    generator = np.random.default_rng(0)
    groups = generator.integers(40, size=300)
    values = generator.normal(size=40)[groups] + generator.normal(size=300)
    residuals = values - values.mean()
    sums = [sum(residuals[row] for row in range(300) if groups[row] == group) for group in set(groups)]
    expected = np.sqrt(len(sums) / (len(sums) - 1) * sum(each**2 for each in sums)) / 300
    assert documents_error(residuals, groups).size == pytest.approx(expected)
    of_means = [generator.integers(40, size=40) for _ in range(2000)]  # a bootstrap of whole groups
    totals, sizes = np.bincount(groups, values), np.bincount(groups)
    spread = np.std([totals[drawn].sum() / sizes[drawn].sum() for drawn in of_means])
    assert expected == pytest.approx(spread, rel=0.1)


def test_the_interval_of_an_accuracy_is_wilsons():
    right = np.repeat([1.0, 0.0], [70_000, 30_000])
    low, high = interval_of_share(0.7, documents_error(right - 0.7), len(right))
    wilson = binomtest(70_000, 100_000).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((wilson.low, wilson.high), abs=1e-6)


def test_a_perfect_accuracy_is_not_certain():
    low, high = interval_of_share(1.0, documents_error(np.zeros(100)), 100)
    assert high == 1 and low == pytest.approx(binomtest(100, 100).proportion_ci(method="wilson").low, abs=0.002)


def test_equal_predictions_are_not_proof_of_equal_models():
    shown = judge(0.0, documents_error(np.zeros(100), pseudo=2.0), comparisons=1)
    assert not shown.significant and not shown.equivalent and shown.low < 0 < shown.high


def test_what_documents_explain_is_taken_off_the_trainings():
    runs = [0.80, 0.84, 0.82]
    assert trainings_error(runs, 0.0).variance == pytest.approx(np.var(runs, ddof=1) / 3)
    assert trainings_error(runs, np.var(runs, ddof=1)).variance == pytest.approx(0)
    assert trainings_error(runs, 1.0).variance == 0
    assert trainings_error([0.8], 0.0).variance == 0


@given(
    st.floats(-0.5, 0.5), st.floats(0.001, 0.2), st.integers(2, 2000), st.integers(1, 200)
)  # fmt: skip
def test_the_interval_and_the_p_value_say_the_same(difference, size, freedom, comparisons):
    shown = judge(difference, Error.estimated(size**2, freedom), comparisons)
    assert shown.significant == (not shown.low <= 0 <= shown.high)
    if abs(shown.adjusted_p_value - 0.05) > 1e-9:
        assert shown.significant == (shown.adjusted_p_value < 0.05)
    assert shown.adjusted_p_value >= shown.p_value
    assert not (shown.equivalent and abs(difference) >= 0.01)


def test_the_smallest_difference_shown_is_found_four_times_in_five():
    generator = np.random.default_rng(0)
    error = Error.estimated(0.01**2, 200.0)
    smallest = judge(0.0, error, comparisons=3).smallest_shown
    found = [judge(smallest + 0.01 * noise, error, comparisons=3).significant for noise in generator.normal(size=4000)]
    assert np.mean(found) == pytest.approx(0.8, abs=0.02)
