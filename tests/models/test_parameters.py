"""Counting parameters."""

from torch import nn

from textstudy.models.parameters import count_parameters


def test_counts_by_hand_with_a_frozen_part_and_a_shared_one():
    embedding, first = nn.Embedding(10, 4), nn.Linear(4, 3)
    embedding.weight.requires_grad = False
    module = nn.ModuleList([embedding, first, first])
    assert count_parameters(module) == {"total": 40 + 15, "trainable": 15, "frozen": 40}
