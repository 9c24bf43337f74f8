"""Attention, once for all models that use it; padding has no weight."""

import torch
from torch import Tensor, nn

from textstudy.models.attention_blocks import attend


def masked_softmax(scores: Tensor, mask: Tensor) -> Tensor:
    """Return the softmax of `scores` over the last dimension, among the positions where `mask` is True.

    Args:
        scores: (..., time).
        mask: boolean, broadcastable to `scores`.

    Returns:
        Weights, (..., time), with sum 1 and exactly 0 where masked. A row without any real position is 0, not NaN.
    """
    # The lowest finite number rather than -inf: the softmax of a row of -inf is NaN, and so is its gradient.
    weights = scores.masked_fill(~mask, torch.finfo(scores.dtype).min).softmax(dim=-1)
    return weights.masked_fill(~mask, 0.0)


class AttentionPooling(nn.Module):
    """Additive self-attention over time steps: softmax(v · tanh(W h)), then the weighted sum of h.

    The scores are those of Bahdanau et al. 2015 (arXiv:1409.0473) without a query, as in the structured
    self-attention of Lin et al. 2017 (arXiv:1703.03130) with one row. Neither has biases.
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


class DotAttention(nn.Module):
    """A query over states: softmax(states · query), then the weighted sum of the states; nothing to learn.

    The `dot` score of Luong et al. 2015 (arXiv:1508.04025).
    """

    def forward(self, query: Tensor, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return the mean of the states, weighted by their product with the query.

        Args:
            query: (batch, hidden).
            states: (batch, time, hidden).
            mask: boolean (batch, time), False over padding.

        Returns:
            The context, (batch, hidden), and the weights, (batch, time).
        """
        weights = masked_softmax(torch.einsum("bh,bth->bt", query, states), mask)
        return torch.einsum("bt,bth->bh", weights, states), weights


class MultiHeadAttention(nn.Module):
    """Self-attention in several heads, after Vaswani et al. 2017 (arXiv:1706.03762), section 3.2.

    Equal to `torch.nn.MultiheadAttention` with its initial weights. With h heads of size d there are 4(hd)² weights
    and 4hd biases: queries, keys and values of all heads in one product, and the output.
    """

    def __init__(self, hidden_size: int, heads: int, *, dropout: float) -> None:
        super().__init__()
        if hidden_size % heads:
            raise ValueError(f"a width of {hidden_size} cannot be shared by {heads} heads")
        self.heads = heads
        self.dropout = dropout  # on the attention weights
        self.projection = nn.Linear(hidden_size, 3 * hidden_size)
        self.output = nn.Linear(hidden_size, hidden_size)
        nn.init.xavier_uniform_(self.projection.weight)
        nn.init.zeros_(self.projection.bias)
        nn.init.zeros_(self.output.bias)

    def forward(self, states: Tensor, mask: Tensor | None = None) -> Tensor:
        """Let each position attend to all real positions of its document.

        Args:
            states: (batch, time, hidden).
            mask: boolean (batch, time), False over padding; None where there is none, which is faster.

        Returns:
            (batch, time, hidden); rows over padding mean nothing.
        """
        heads = self.projection(states).unflatten(-1, (3, self.heads, -1))  # (batch, time, 3, heads, size)
        query, key, value = heads.permute(2, 0, 3, 1, 4)  # each (batch, heads, time, size)
        attended = attend(
            query,
            key,
            value,
            mask=None if mask is None else mask[:, None, None, :],  # the same keys for each head and query
            dropout=self.dropout if self.training else 0.0,
        )
        return self.output(attended.transpose(1, 2).flatten(2))
