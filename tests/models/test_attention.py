"""Masked softmax and additive pooling against plain arithmetic without any padding."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from textstudy.models.attention import AttentionPooling, masked_softmax
from textstudy.models.lengths import real_positions


def test_masked_softmax_is_the_softmax_of_the_real_positions():
    scores = torch.tensor([[1.0, 3.0, 9.0], [2.0, 2.0, 2.0]])
    mask = torch.tensor([[True, True, False], [True, True, True]])
    weights = masked_softmax(scores, mask)
    odds = torch.exp(torch.tensor(2.0))
    expected = torch.tensor([[1 / (1 + odds), odds / (1 + odds), 0.0], [1 / 3, 1 / 3, 1 / 3]])
    torch.testing.assert_close(weights, expected)
    assert weights[0, 2] == 0


def test_masked_softmax_with_very_low_scores_still_ignores_masked_positions():
    weights = masked_softmax(torch.tensor([[-1e30, 50.0]]), torch.tensor([[True, False]]))
    assert weights.tolist() == [[1.0, 0.0]]


def test_a_row_without_a_real_position_gives_zeros_and_finite_gradients():
    scores = torch.zeros(1, 3, requires_grad=True)
    weights = masked_softmax(scores, torch.zeros(1, 3, dtype=torch.bool))
    weights.sum().backward()
    assert weights.tolist() == [[0.0, 0.0, 0.0]]
    assert torch.isfinite(scores.grad).all()


@settings(max_examples=40, deadline=None)
@given(lengths=st.lists(st.integers(1, 8), min_size=1, max_size=5), surplus=st.integers(0, 4), seed=st.integers(0, 99))
def test_pooling_equals_the_formula_on_each_document_alone(lengths, surplus, seed):
    torch.manual_seed(seed)
    pooling = AttentionPooling(hidden_size=6, attention_size=4)
    time = max(lengths) + surplus
    states = torch.randn(len(lengths), time, 6)
    mask = real_positions(torch.tensor(lengths), time)
    pooled, weights = pooling(states.masked_fill(~mask.unsqueeze(-1), 1e6), mask)
    projection, vector = pooling.projection.weight, pooling.score.weight[0]
    for document, length in enumerate(lengths):
        alone = states[document, :length]  # (length, hidden)
        alone_weights = torch.softmax(torch.tanh(alone @ projection.T) @ vector, dim=0)
        torch.testing.assert_close(weights[document, :length], alone_weights)
        assert not weights[document, length:].any()
        torch.testing.assert_close(pooled[document], alone_weights @ alone)


def test_padding_gets_no_gradient():
    pooling = AttentionPooling(hidden_size=3, attention_size=2)
    states = torch.randn(1, 4, 3, requires_grad=True)
    pooling(states, torch.tensor([[True, True, False, False]]))[0].square().sum().backward()
    assert states.grad[0, :2].abs().min() > 0
    assert not states.grad[0, 2:].any()
