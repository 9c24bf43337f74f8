"""Differences between groups of documents: against plain loops, and their error rates by simulation."""

import numpy as np
import pytest
from scipy.stats import t

from textstudy.evaluate.contrasts import contrast

GROUPS = np.array([0] * 40 + [1] * 60 + [2] * 100)
WEIGHTS = np.array([[1.0, -60 / 160, -100 / 160], [-40 / 140, 1.0, -100 / 140], [-0.4, -0.6, 1.0]])


def test_means_and_errors_against_plain_loops():
    right = (np.random.default_rng(1).random((200, 3)) < 0.7).astype(float)
    found = contrast(right, GROUPS, WEIGHTS)
    for row, weights in enumerate(WEIGHTS):
        by_seed = [sum(w * right[g == GROUPS, seed].mean() for g, w in enumerate(weights)) for seed in range(3)]
        assert found.mean[row] == pytest.approx(np.mean(by_seed))
        of_documents, doubt = 0.0, 0.0
        for g, weight in enumerate(weights):
            values = right[g == GROUPS].mean(axis=1)
            size, mean = len(values), values.mean()
            part = sum((weight * (value - mean) / (size + 2)) ** 2 for value in values) * size / (size - 1)
            part += weight**2 * (mean**2 + (1 - mean) ** 2) / (size + 2) ** 2
            of_documents, doubt = of_documents + part, doubt + part**2 / (size - 1)
        of_seeds = np.var(by_seed, ddof=1) / 3
        assert found.standard_error[row] == pytest.approx(np.sqrt(of_documents + of_seeds))
        freedom = of_documents**2 / doubt
        degrees = (of_documents + of_seeds) ** 2 / (of_documents**2 / freedom + of_seeds**2 / 2)
        assert found.degrees[row] == pytest.approx(degrees)
        low, high = found.intervals(simultaneous=False)
        half = t.isf(0.025, degrees) * found.standard_error[row]
        assert (low[row], high[row]) == pytest.approx((found.mean[row] - half, found.mean[row] + half))


def test_documents_that_belong_together_count_as_less():
    kin = np.repeat(np.arange(40), 5)
    right = np.repeat(np.random.default_rng(1).random(40) < 0.7, 5).astype(float)[:, None]
    alone, together = contrast(right, GROUPS, WEIGHTS), contrast(right, GROUPS, WEIGHTS, [kin])
    assert together.standard_error == pytest.approx(alone.standard_error * np.sqrt(5), rel=0.1)
    assert (together.degrees < 45).all()


def test_a_small_group_without_errors_is_still_uncertain():
    right = np.ones((200, 1))
    right[150:] = 0
    low, high = contrast(right, GROUPS, np.eye(3)).intervals(simultaneous=False)
    assert (high - low > 0.02).all()


def test_two_groups_need_no_correction_and_twelve_do():
    right = (np.random.default_rng(1).random((240, 1)) < 0.7).astype(float)
    of_two = contrast(right, np.arange(240) % 2, np.array([[1.0, -1.0], [-1.0, 1.0]]))
    alone, together = (of_two.intervals(simultaneous=each) for each in (False, True))
    assert np.array(together) == pytest.approx(np.array(alone), abs=0.003)
    own = np.eye(12)
    of_twelve = contrast(right, np.arange(240) % 12, own - (1 - own) / 11)
    (low, _), (wider, _) = (of_twelve.intervals(simultaneous=each) for each in (False, True))
    assert (wider < low - 0.03).all()
    assert (of_twelve.p_values() > 0.05).all() or of_twelve.p_values().min() > 0


@pytest.mark.parametrize("spread", [0.0, 0.6])
def test_false_alarms_are_rare(spread):
    """No group differs from the others, whether or not documents come in kin of five: 5 % of 400 studies may say so."""
    generator, alarms = np.random.default_rng(0), 0
    own = np.eye(3)
    sizes = np.bincount(GROUPS)
    rest = (1 - own) * sizes
    weights = own - rest / rest.sum(axis=1, keepdims=True)
    kin = np.repeat(np.arange(40), 5)
    for _ in range(400):
        skill = 0.7 + spread * (np.repeat(generator.random(40), 5) - 0.5)
        right = (generator.random((200, 1)) < skill[:, None]).astype(float)
        low, high = contrast(right, GROUPS, weights, [kin]).intervals(simultaneous=True)
        alarms += bool(((low > 0) | (high < 0)).any())
    assert alarms / 400 < 0.085
