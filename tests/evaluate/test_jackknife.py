"""Intervals over documents and trainings: by hand, and as often right as they say."""

import numpy as np
import pytest
from scipy.stats import t as student
from scipy.stats import ttest_rel

from textstudy.evaluate.jackknife import estimate, estimate_together, leave_out


def means(values):
    """Return (1 + documents, runs): the mean of each run's values (runs, documents), and without each document."""
    sums = leave_out(values)
    return sums / (values.shape[1] - np.arange(values.shape[1] + 1).clip(max=1))[:, None]


def width(found):
    return found["high"] - found["low"]


def test_documents_and_groups_are_left_out():
    counts = np.array([[1, 2, 4], [0, 1, 0]])
    assert leave_out(counts).tolist() == [[7, 1], [6, 1], [5, 0], [3, 1]]
    assert leave_out(counts, np.array([5, 9, 5])).tolist() == [[7, 1], [2, 1], [5, 0]]


def test_of_one_run_the_interval_of_a_mean_is_students():
    values = np.random.default_rng(0).normal(size=(1, 30))
    found = estimate(means(values))
    half = student.ppf(0.975, 29) * values.std(ddof=1) / np.sqrt(30)
    assert found == pytest.approx({"mean": values.mean(), "low": values.mean() - half, "high": values.mean() + half})


def test_two_models_are_paired_by_document():
    generator = np.random.default_rng(1)
    shared = 5 * generator.normal(size=40)
    first, second = (shared + generator.normal(size=(1, 40)) for _ in range(2))
    found = estimate_together(means(first), means(second), level=0.95)
    expected = ttest_rel(first[0], second[0]).confidence_interval(0.95)
    assert (found["low"], found["high"]) == pytest.approx((expected.low, expected.high))
    assert width(found) < 0.5 * width(estimate(means(first)))
    assert width(estimate_together(means(first), means(second), level=0.99)) > width(found)


def test_trainings_that_differ_widen_an_interval_and_equal_ones_do_not():
    values = np.random.default_rng(2).normal(size=50)
    one, equal = estimate(means(values[None])), estimate(means(np.stack([values] * 3)))
    assert equal == pytest.approx(one)
    shifted = estimate(means(np.stack([values, values + 1, values + 2])))
    part = student.ppf(0.975, 2) * 1 / np.sqrt(3)  # the trainings differ by a standard deviation of 1
    assert width(shifted) == pytest.approx(2 * np.hypot(width(one) / 2, part))


def test_corrected_intervals_have_satterthwaites_degrees_of_freedom():
    values = np.random.default_rng(2).normal(size=50)
    one, three = values[None], np.stack([values, values + 1, values + 2])
    found = estimate_together(means(three), means(one), level=0.98)
    parts = [((three.mean(axis=0) - values).var(ddof=1) / 50, 49), (1 / 3, 2)]
    variance = sum(part for part, _ in parts)
    freedom = variance**2 / sum(part**2 / each for part, each in parts)
    assert found["mean"] == pytest.approx(1)
    assert width(found) == pytest.approx(2 * student.ppf(0.99, freedom) * np.sqrt(variance))


def test_a_single_document_has_no_width():
    assert estimate(np.array([[0.5], [0.0]])) == {"mean": 0.5, "low": 0.5, "high": 0.5}


@pytest.mark.parametrize(("runs", "spread"), [(1, 0.0), (3, 0.0), (3, 0.2)])
def test_intervals_cover_the_truth_as_often_as_they_say(runs, spread):
    generator, covered, times = np.random.default_rng(3), 0, 400
    for _ in range(times):
        documents, trainings = generator.normal(size=60), spread * generator.normal(size=(runs, 1))
        found = estimate(means(documents + trainings * (runs > 1) + generator.normal(size=(runs, 60))))
        covered += found["low"] <= 0 <= found["high"]
    assert 0.92 <= covered / times <= 0.98
