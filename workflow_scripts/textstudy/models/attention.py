"""Attention, written once for every model that attends; padding takes no part in any of it."""

import torch
from torch import Tensor, nn


def masked_softmax(scores: Tensor, mask: Tensor) -> Tensor:
    """Return the softmax of `scores` over the last dimension, among the positions where `mask` is True.

    Args:
        scores: (..., time).
        mask: boolean, broadcastable to `scores`.

    Returns:
        Weights, (..., time): exactly zero where masked, one in sum. A row without any real position gets zeros
        instead of NaN.
    """
    # The lowest finite number rather than -inf: the softmax of a row of -inf is NaN, and so is its gradient.
    weights = scores.masked_fill(~mask, torch.finfo(scores.dtype).min).softmax(dim=-1)
    return weights.masked_fill(~mask, 0.0)


class AttentionPooling(nn.Module):
    """Additive self-attention over time steps: softmax(v · tanh(W h)), then the weighted sum of h.

    The scores are those of Bahdanau et al. 2015 (arXiv:1409.0473) without a query, as in the structured
    self-attention of Lin et al. 2017 (arXiv:1703.03130) with one row: no biases there, none here.
    """

    def __init__(self, hidden_size: int, attention_size: int) -> None:
        super().__init__()
        self.projection = nn.Linear(hidden_size, attention_size, bias=False)
        self.score = nn.Linear(attention_size, 1, bias=False)

    def forward(self, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Pool the states of each document.

        Args:
            states: (batch, time, hidden).
            mask: boolean (batch, time), False over padding.

        Returns:
            The pooled states, (batch, hidden), and the weights, (batch, time).
        """
        scores = self.score(torch.tanh(self.projection(states))).squeeze(-1)  # (batch, time)
        weights = masked_softmax(scores, mask)
        return torch.einsum("bt,bth->bh", weights, states), weights
