"""Bootstrap draws and corrected p-values, against known values, scipy and scikit-learn."""

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import f1_score, precision_score

from textstudy.evaluate.percentiles import interval
from textstudy.evaluate.significance import (
    draw_counts,
    holm,
    metric_draws,
    patterns,
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


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
