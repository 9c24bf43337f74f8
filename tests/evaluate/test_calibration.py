"""Calibration: plain loops, the noise floor, the interval of the true error, and how often both are right."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up_predictions import predictions
from textstudy.evaluate.calibration import describe_calibration, floor_draws, measure_calibration, reliability
from textstudy.evaluate.calibration_interval import true_error_interval
from textstudy.evaluate.metrics import calibration_error


def binary(confidence: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Labels and probabilities of two classes, with class 0 always predicted."""
    return (~right.astype(bool)).astype(int), np.column_stack([confidence, 1 - confidence])


def drawn(seed: int, documents: int, change: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Confidences, and whether each answer is right: `change` less often than it says."""
    generator = np.random.default_rng(seed)
    confidence = 0.5 + 0.5 * generator.beta(5, 1.5, documents)
    return confidence, (generator.random(documents) < confidence - change).astype(float)


@given(st.lists(st.tuples(st.floats(0.5001, 1), st.booleans()), min_size=1, max_size=60))
def test_the_error_is_that_of_a_plain_loop(documents):
    labels, probabilities = binary(*np.array(documents).T)
    total = 0.0
    for number in range(15):
        chosen = [
            (row.max(), row.argmax() == label)
            for row, label in zip(probabilities, labels, strict=True)
            if number / 15 <= row.max() < (number + 1) / 15 or (number == 14 and row.max() == 1)
        ]
        if chosen:
            confidence, right = np.mean(chosen, axis=0)
            total += len(chosen) / len(documents) * abs(right - confidence)
    assert calibration_error(labels, probabilities) == pytest.approx(total, abs=1e-9)


def test_the_floor_is_the_error_of_labels_drawn_from_the_confidences():
    confidence, _ = drawn(0, 120)
    generator = np.random.default_rng(1)
    plain = [calibration_error(*binary(confidence, generator.random(120) < confidence)) for _ in range(2000)]
    found = floor_draws([confidence])
    assert found.mean() == pytest.approx(np.mean(plain), rel=0.03)
    assert np.quantile(found, 0.95) == pytest.approx(np.quantile(plain, 0.95), rel=0.05)
    # The more documents, the less is left to chance.
    assert floor_draws([drawn(0, 2000)[0]]).mean() < found.mean() / 3


def test_the_same_documents_make_the_seeds_err_together():
    confidence, _ = drawn(0, 300)
    np.testing.assert_allclose(floor_draws([confidence, confidence]), floor_draws([confidence]))


@pytest.mark.parametrize(("change", "least"), [(0.0, 0.90), (0.05, 0.90), (0.2, 0.90)])
def test_the_interval_covers_the_true_error(change, least):
    """A small simulation; `benchmarks/simulate_calibration.py` is the large one."""
    intervals = [true_error_interval(*drawn(seed, 400, change)) for seed in range(100)]
    assert np.mean([low <= change <= high for low, high in intervals]) >= least
    assert np.mean([high - low for low, high in intervals]) < 0.12


def test_no_more_than_one_of_twenty_calibrated_models_is_called_badly_calibrated():
    rows = [describe_calibration([binary(*drawn(seed, 300))]) for seed in range(100)]
    assert np.mean([row["p_value"] < 0.05 for row in rows]) <= 0.1


def test_an_overconfident_model_is_shown_above_its_floor():
    found = describe_calibration([binary(*drawn(0, 500, 0.2))])
    assert found["p_value"] < 0.001 and found["low"] > found["floor"]["high"]
    assert found["gap"] == pytest.approx(0.2, abs=0.05)


def test_answers_that_are_all_right_and_sure():
    found = describe_calibration([binary(np.ones(50), np.ones(50))])
    assert found["mean"] == 0 and found["p_value"] == 1 and 0 <= found["low"] <= found["high"] < 0.1


def test_several_seeds_widen_the_interval():
    confidence, right = drawn(0, 500)
    one = binary(confidence, right)
    sure = binary(np.minimum(1, confidence + 0.1), right)
    alone, together = describe_calibration([one]), describe_calibration([one, sure])
    assert together["high"] - together["low"] > 1.5 * (alone["high"] - alone["low"])


def test_p_values_are_corrected_over_the_models():
    runs = {"good": [predictions(0.9)], "bad": [predictions(0.6)]}  # each is sure of every answer
    found = measure_calibration(runs)
    assert set(found["calibration"]) == set(found["reliability"]) == {"good", "bad"}
    assert found["calibration"]["bad"]["above_floor"]
    assert found["calibration"]["bad"]["mean"] == pytest.approx(0.4, abs=0.05)
    shuffled = {name: [pd.concat(tables).sample(frac=1, random_state=1)] for name, tables in runs.items()}
    assert measure_calibration(shuffled) == found


def test_reliability_is_of_equally_many_documents_and_ordered():
    answers = binary(*drawn(0, 1003))
    found = reliability([answers])
    assert sum(part["count"] for part in found) == 1003 and {part["count"] for part in found} == {100, 101}
    assert [part["confidence"] for part in found] == sorted(part["confidence"] for part in found)
    assert all(abs(part["accuracy"] - part["confidence"]) < 0.15 for part in found)
    assert {part["count"] for part in reliability([answers, answers])} == {100}


def test_reliability_of_a_handful():
    assert len(reliability([(np.array([0, 1]), np.eye(2))])) == 2
