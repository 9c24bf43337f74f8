"""Intervals and paired tests, against known values and scipy."""

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import f1_score, precision_score

from textstudy.evaluate.significance import (
    bootstrap_p,
    draw_counts,
    holm,
    interval,
    mcnemar_mid_p,
    metric_draws,
    patterns,
    sign_flip_p,
)


@pytest.fixture
def predictions():
    generator = np.random.default_rng(1)
    labels = generator.integers(4, size=400)
    noise = generator.integers(4, size=(400, 2))
    return labels, np.where(generator.random((400, 2)) < 0.6, labels[:, None], noise)


def test_the_first_row_of_draws_is_the_data_themselves(predictions):
    labels, guesses = predictions
    found = patterns(labels, guesses)
    draws = metric_draws(found, draw_counts(found), 4)
    for run in range(2):
        assert draws["accuracy"][0, run] == pytest.approx((labels == guesses[:, run]).mean())
        assert draws["macro_f1"][0, run] == pytest.approx(f1_score(labels, guesses[:, run], average="macro"))
        assert draws["macro_precision"][0, run] == pytest.approx(
            precision_score(labels, guesses[:, run], average="macro")
        )


def test_a_draw_without_a_rare_class_knows_nothing_of_it():
    """A perfect model is perfect in every draw, those that miss the two documents of the third class included."""
    labels = np.repeat([0, 1, 2], [100, 100, 2])
    found = patterns(labels, labels[:, None])
    counts = draw_counts(found)
    assert (counts[:, 2] == 0).any()
    for metric, draws in metric_draws(found, counts, 3).items():
        assert draws == pytest.approx(1.0), metric


def test_multinomial_draws_have_the_spread_of_a_document_bootstrap(predictions):
    labels, guesses = predictions
    found = patterns(labels, guesses[:, :1])
    fast = metric_draws(found, draw_counts(found), 4)["macro_f1"][1:, 0]
    generator = np.random.default_rng(2)
    plain = []
    for _ in range(400):
        chosen = generator.integers(len(labels), size=len(labels))
        plain.append(f1_score(labels[chosen], guesses[chosen, 0], average="macro"))
    assert fast.std() == pytest.approx(np.std(plain), rel=0.15)
    assert fast.mean() == pytest.approx(np.mean(plain), abs=0.005)


def test_the_interval_of_an_accuracy_is_close_to_the_binomial_one():
    labels = np.zeros(1000, int)
    guesses = (np.arange(1000) < 300).astype(int)[:, None]
    found = patterns(labels, guesses)
    low, high = interval(metric_draws(found, draw_counts(found), 2)["accuracy"][1:, 0])
    exact = binomtest(700, 1000).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((exact.low, exact.high), abs=0.006)


def test_mcnemar_mid_p_by_hand():
    # 10 discordant documents, 2 against 8: exact two-sided p = 2 P(X <= 2), mid-p takes off P(X = 2).
    exact = 2 * (1 + 10 + 45) / 1024
    assert mcnemar_mid_p(2, 8) == pytest.approx(exact - 45 / 1024)
    assert mcnemar_mid_p(8, 2) == mcnemar_mid_p(2, 8)
    assert mcnemar_mid_p(0, 0) == 1
    assert mcnemar_mid_p(5, 5) == pytest.approx(1, abs=0.13)


def test_sign_flips_of_single_runs_are_the_exact_mcnemar_test():
    differences = np.array([1] * 21 + [-1] * 8 + [0] * 200)
    exact = binomtest(8, 29).pvalue
    assert sign_flip_p(differences) == pytest.approx(exact, abs=0.006)


def test_sign_flips_are_not_too_coarse_for_a_correction_over_many_tests():
    """Of 300 documents that one of two models gets right, 220 are the first's: more than 9,999 flips can count."""
    differences = np.array([1.0] * 220 + [-1.0] * 80 + [0.0] * 700)
    exact = binomtest(80, 300).pvalue
    assert exact < 1e-14 and exact / 10 < sign_flip_p(differences) < 100 * exact
    few = np.array([1.0] * 14)  # the tail of a normal distribution claims no more than the exact test
    assert 2 * 0.5**14 <= sign_flip_p(few) < 3e-4


def test_sign_flips_see_a_difference_and_see_none():
    generator = np.random.default_rng(0)
    assert sign_flip_p(generator.choice([-1 / 3, 0, 1 / 3, 2 / 3], size=500)) < 0.001
    symmetric = np.array([1 / 3, -1 / 3, 2 / 3, -2 / 3] * 50)
    assert sign_flip_p(symmetric) == 1


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


def test_a_bootstrap_p_value_is_no_coarser_than_the_correction_for_many_tests_needs():
    """Two models that differ on 600 documents, ever more unevenly: the p-values follow McNemar's far into the tail."""
    for only_first, only_second in ((330, 270), (360, 240), (400, 200)):
        labels = np.zeros(2000, dtype=int)
        predictions = np.zeros((2000, 2), dtype=int)
        predictions[:only_second, 0] = predictions[only_second : only_second + only_first, 1] = 1
        found = patterns(labels, predictions)
        draws = metric_draws(found, draw_counts(found), 2)["accuracy"]
        p_value = bootstrap_p(draws[1:, 0] - draws[1:, 1])
        assert np.log10(p_value) == pytest.approx(np.log10(mcnemar_mid_p(only_first, only_second)), rel=0.15)


def test_a_bootstrap_p_value_is_never_0():
    assert bootstrap_p(np.full(2000, 0.5)) == bootstrap_p(np.full(2000, -0.5)) == 2 / 2001
    assert bootstrap_p(np.zeros(2000)) == 1.0
