"""Attention against plain arithmetic without any padding, and against PyTorch's own."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from textstudy.models.attention import AttentionPooling, DotAttention, MultiHeadAttention, masked_softmax
from textstudy.models.lengths import real_positions
from textstudy.models.parameters import count_parameters


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


def test_dot_attention_by_hand():
    states = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [9.0, 9.0]]])
    query = torch.tensor([[2.0, 1.0]])  # scores 2, 1 and, over padding, 27
    context, weights = DotAttention()(query, states, torch.tensor([[True, True, False]]))
    e = torch.e
    expected = torch.tensor([[e**2 / (e**2 + e), e / (e**2 + e), 0.0]])
    torch.testing.assert_close(weights, expected)
    torch.testing.assert_close(context, expected[:, :2])


def heads_and_reference(hidden_size, heads):
    """Return our attention and PyTorch's with the same weights, and the pairs of parameters that correspond."""
    ours = MultiHeadAttention(hidden_size, heads, dropout=0.0)
    reference = nn.MultiheadAttention(hidden_size, heads, batch_first=True)
    pairs = [
        (ours.projection.weight, reference.in_proj_weight),
        (ours.projection.bias, reference.in_proj_bias),
        (ours.output.weight, reference.out_proj.weight),
        (ours.output.bias, reference.out_proj.bias),
    ]
    assert len(pairs) == len(list(ours.parameters())) == len(list(reference.parameters()))
    with torch.no_grad():
        reference.in_proj_bias.normal_()  # zero at first, where an error would not show
        reference.out_proj.bias.normal_()
        for mine, theirs in pairs:
            mine.copy_(theirs)
    return ours, reference, pairs


@pytest.mark.parametrize("heads", [1, 2, 4])
@pytest.mark.parametrize("padded", [True, False])
def test_multi_head_attention_equals_pytorchs_forward_and_backward(heads, padded):
    torch.manual_seed(heads)
    ours, reference, pairs = heads_and_reference(8, heads)
    lengths = torch.tensor([5, 2, 1] if padded else [5, 5, 5])
    real = real_positions(lengths, 5)
    states = torch.randn(3, 5, 8)
    our_states, their_states = states.clone().requires_grad_(), states.clone().requires_grad_()
    found = ours(our_states, real if padded else None)
    expected, _ = reference(their_states, their_states, their_states, key_padding_mask=~real)
    torch.testing.assert_close(found[real], expected[real])
    factor = torch.randn(3, 5, 8) * real.unsqueeze(-1)
    (found * factor).sum().backward()
    (expected * factor).sum().backward()
    torch.testing.assert_close(our_states.grad, their_states.grad)
    for mine, theirs in pairs:
        torch.testing.assert_close(mine.grad, theirs.grad)


def test_multi_head_attention_starts_as_pytorchs():
    torch.manual_seed(0)
    ours = MultiHeadAttention(64, 4, dropout=0.0)
    reference = nn.MultiheadAttention(64, 4)
    assert not ours.projection.bias.any() and not ours.output.bias.any()
    for mine, theirs in (
        (ours.projection.weight, reference.in_proj_weight),
        (ours.output.weight, reference.out_proj.weight),
    ):
        assert mine.abs().max().item() == pytest.approx(
            theirs.abs().max().item(), rel=0.01
        )  # both uniform: the same bound


def test_multi_head_attention_has_four_squares_of_weights_and_four_widths_of_biases():
    heads, size = 3, 5
    assert count_parameters(MultiHeadAttention(15, heads, dropout=0.0))["total"] == 4 * (heads * size) ** 2 + 4 * 15


def test_dropout_on_the_attention_weights_only_in_training():
    torch.manual_seed(0)
    attention, states = MultiHeadAttention(8, 2, dropout=0.5), torch.randn(2, 6, 8)
    assert not torch.equal(attention(states), attention(states))
    attention.eval()
    assert torch.equal(attention(states), attention(states))


def test_heads_that_do_not_divide_the_width_are_refused():
    with pytest.raises(ValueError, match="width of 10 cannot be shared by 4 heads"):
        MultiHeadAttention(10, 4, dropout=0.0)
