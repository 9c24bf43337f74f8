"""Answering only where a model is sure: the thresholds that validation chooses, their promises, what comes of them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textstudy.evaluate.abstention import measure_abstention, risk_by_answers
from textstudy.evaluate.promises import CERTAINTY
from textstudy.evaluate.thresholds import answer_from, choose_thresholds, include_from


def drawn(generator, documents, *, classes=4, steps=None):
    """Labels and probabilities of a model whose confidence is as good as it says; with `steps`, in so many values."""
    probabilities = generator.dirichlet(np.full(classes, 0.1), documents).astype(np.float32)
    labels = (probabilities.cumsum(axis=1) > generator.random((documents, 1))).argmax(axis=1)
    return labels, probabilities if steps is None else np.round(probabilities * steps) / np.float32(steps)


def table(**parts):
    """PREDICTIONS of a run, from the labels and probabilities of each split."""
    frames = [
        pd.DataFrame({"split": part, "label": labels, "probabilities": list(probabilities)})
        for part, (labels, probabilities) in parts.items()
    ]
    return pd.concat(frames)


def answers(labels, probabilities, threshold):
    """Return the share of the documents answered, and the share of errors among these."""
    answered = probabilities.max(axis=1) >= (2 if threshold is None else threshold)
    wrong = probabilities.argmax(axis=1) != labels
    return answered.sum() / max(1, len(wrong)), wrong[answered].mean() if answered.any() else 0.0


@pytest.mark.parametrize("steps", [None, 10])
def test_the_promises_are_kept_in_as_many_draws_as_is_said(steps):
    """A small simulation; `benchmarks/simulate_abstention.py` is the large one, on predictions of real models."""
    new = drawn(np.random.default_rng(99), 5_000, steps=steps)
    kept, shares, covered = [], [], []
    for seed in range(100):
        found = choose_thresholds(*drawn(np.random.default_rng(seed), 300, steps=steps))
        share, error = answers(*new, found["answers"][-1]["threshold"])
        kept.append(error <= 0.10)
        shares.append(share)
        covered.append((new[1][np.arange(5_000), new[0]] >= found["sets"][0]["threshold"]).mean())
    assert np.mean(kept) >= CERTAINTY and np.mean(shares) > 0.2
    assert np.mean(covered) > 0.89 and (steps or np.mean(covered) < 0.92)


@given(st.integers(0, 200), st.integers(0, 300), st.sampled_from([None, 3, 10]))
def test_the_documents_that_choose_thresholds_keep_the_promises(seed, documents, steps):
    labels, probabilities = drawn(np.random.default_rng(seed), documents, steps=steps)
    found = choose_thresholds(labels, probabilities)
    for row in found["answers"]:
        assert answers(labels, probabilities, row["threshold"])[1] <= row["error"], "on the documents that chose it"
    sets = [row["threshold"] for row in found["sets"]]
    assert sets == sorted(sets, reverse=True)
    held = [(probabilities[np.arange(documents), labels] >= threshold).sum() for threshold in sets]
    assert all(count >= row["coverage"] * documents for count, row in zip(held, found["sets"], strict=True))


def test_too_few_documents_promise_nothing():
    assert answer_from(np.full(20, 0.9, np.float32), np.ones(20, bool), error=0.05) is None
    assert answer_from(np.full(0, 0.9, np.float32), np.ones(0, bool), error=0.05) is None
    assert answer_from(np.full(100, 0.9, np.float32), np.ones(100, bool), error=0.05) == 0.0
    assert include_from(np.full(8, 0.9), coverage=0.9) == 0.0
    assert include_from(np.arange(9) / 10, coverage=0.9) == 0.0
    assert include_from(np.arange(1, 20) / 20, coverage=0.9) == pytest.approx(0.1)  # the 18th of 19


def test_equally_sure_documents_are_answered_together():
    confidence = np.repeat(np.array([0.9, 0.8], np.float32), 100)
    right = np.append(np.ones(100, bool), np.arange(100) % 2 == 0)
    threshold = answer_from(confidence, right, error=0.05)
    assert 0.8 < threshold <= 0.9 and (confidence >= threshold).sum() == 100


def test_errors_among_the_surest_by_hand():
    confidence, wrong = np.array([0.5, 0.9, 0.7, 0.7]), np.array([True, False, True, False])
    np.testing.assert_allclose(risk_by_answers(confidence, wrong), [0, 0.25, 1 / 3, 0.5])
    order = [3, 2, 1, 0]
    np.testing.assert_allclose(risk_by_answers(confidence[order], wrong[order]), [0, 0.25, 1 / 3, 0.5])


def test_what_is_measured_is_that_of_the_test_documents():
    validation, test = (drawn(np.random.default_rng(seed), 500) for seed in (1, 2))
    runs = {"model": [table(validation=validation, test=test)] * 2}
    (found,) = measure_abstention(runs).values()
    usual = next(row for row in found["answers"] if row["wanted"] == 0.10)
    expected = answers(*test, choose_thresholds(*validation)["answers"][-1]["threshold"])
    assert (usual["answered"], usual["error"]["mean"]) == pytest.approx(expected)
    assert usual["error"]["low"] < expected[1] < usual["error"]["high"] and len(usual["thresholds"]) == 2
    wrong = (test[1].argmax(axis=1) != test[0]).mean()
    assert found["area"] < wrong == pytest.approx(found["curve"][-1]["error"]) and found["curve"][-1]["answered"] == 1
    assert all(abs(row["coverage"]["mean"] - row["wanted"]) < 0.04 for row in found["sets"])
    assert [row["size"] for row in found["sets"]] == sorted(row["size"] for row in found["sets"])
