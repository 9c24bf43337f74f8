"""Masks and length-aware reversal."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from textstudy.models.lengths import real_positions, reverse_within_lengths


def test_mask_by_hand():
    expected = [[True, False, False], [True, True, True]]
    assert real_positions(torch.tensor([1, 3]), 3).tolist() == expected


def test_reversal_by_hand():
    sequence = torch.tensor([[1, 2, 3, 0], [4, 0, 0, 0]]).T.unsqueeze(-1)
    reversed_sequence = reverse_within_lengths(sequence, torch.tensor([3, 1]))
    assert reversed_sequence.squeeze(-1).T.tolist() == [[3, 2, 1, 0], [4, 0, 0, 0]]


@settings(max_examples=50, deadline=None)
@given(lengths=st.lists(st.integers(1, 9), min_size=1, max_size=6), surplus=st.integers(0, 3))
def test_reversal_is_the_reverse_of_each_document_and_its_own_inverse(lengths, surplus):
    time = max(lengths) + surplus
    sequence = torch.arange(time * len(lengths) * 2).view(time, len(lengths), 2)
    reversed_sequence = reverse_within_lengths(sequence, torch.tensor(lengths))
    for document, length in enumerate(lengths):
        assert torch.equal(reversed_sequence[:length, document], sequence[:length, document].flip(0))
        assert torch.equal(reversed_sequence[length:, document], sequence[length:, document])
    assert torch.equal(reverse_within_lengths(reversed_sequence, torch.tensor(lengths)), sequence)
