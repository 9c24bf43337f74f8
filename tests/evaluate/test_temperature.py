"""Temperature scaling: the fit against PyTorch, and what a temperature leaves as it is."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from textstudy.errors import StudyError
from textstudy.evaluate.scaling import scale
from textstudy.evaluate.temperature import fit_temperature

PROBABILITIES = arrays(np.float32, (5, 3), elements=st.floats(0, 10, width=32)).map(
    lambda scores: np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
)


def overconfident(factor: float, *, documents: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels drawn from the probabilities of some logits, and the logits times a factor."""
    generator = np.random.default_rng(0)
    logits = generator.normal(size=(documents, 4)) * 1.5
    truth = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = np.array([generator.choice(4, p=row) for row in truth])
    return labels, truth, factor * logits


@pytest.mark.parametrize("factor", [0.4, 1.0, 3.0])
def test_the_fit_is_the_minimum_that_torch_finds(factor):
    labels, _, logits = overconfident(factor)
    inverse = torch.ones(1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([inverse], max_iter=200, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(torch.from_numpy(logits) * inverse, torch.from_numpy(labels))
        loss.backward()
        return loss

    optimizer.step(closure)
    probabilities = torch.from_numpy(logits).softmax(dim=1).numpy()
    temperature = fit_temperature(labels, probabilities)
    assert temperature == pytest.approx(1 / inverse.item(), rel=1e-4)
    assert temperature == pytest.approx(factor, rel=0.15)


def test_scaling_divides_the_logits():
    _, truth, logits = overconfident(3.0)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(scale(probabilities, 3.0), truth, atol=1e-12)
    assert scale(probabilities.astype(np.float32), 3.0).dtype == np.float32


@given(PROBABILITIES, st.floats(0.05, 20))
def test_a_temperature_keeps_every_answer(probabilities, temperature):
    scaled = scale(probabilities, temperature)
    chosen = scaled[np.arange(len(scaled)), probabilities.argmax(axis=1)]
    assert (chosen == scaled.max(axis=1)).all()
    np.testing.assert_allclose(scaled.sum(axis=1), 1, atol=1e-5)


def test_probabilities_of_zero_stay_finite():
    certain = np.eye(3, dtype=np.float32)
    assert np.isfinite(scale(certain, 20.0)).all()
    assert np.isfinite(fit_temperature(np.array([1, 1, 2]), certain))


def test_no_validation_documents():
    with pytest.raises(StudyError, match="fits a temperature on the validation documents, and there are none"):
        fit_temperature(np.zeros(0, int), np.zeros((0, 3)))
