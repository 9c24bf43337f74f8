"""Long documents as windows: cut from their tokens, and what stands for a document made of what stands for each."""

from importlib import import_module

import torch
from torch import Tensor, nn

from textstudy.models.lengths import real_positions


def split_windows(input_ids: Tensor, lengths: Tensor, size: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return the windows of all documents as rows, so that no arithmetic is spent on windows that a document lacks.

    Args:
        input_ids: token ids of documents, whose windows follow one another, (batch, time).
        lengths: tokens of each document, at least one, (batch,).
        size: tokens of each of its windows but the last.

    Returns:
        Token ids (windows, longest), anything over padding; the tokens of each window, (windows,); the windows of each
        document, (batch,).
    """
    counts = (lengths + size - 1) // size
    number = torch.arange(counts.max(), device=lengths.device)  # (most windows,)
    document, number = (number < counts[:, None]).nonzero(as_tuple=True)  # each (windows,)
    of_windows = (lengths[document] - number * size).clamp(max=size)
    places = torch.arange(of_windows.max(), device=lengths.device)  # (longest,)
    places = number[:, None] * size + torch.minimum(places, of_windows[:, None] - 1)
    return input_ids[document[:, None], places], of_windows, counts


class WindowPooling(nn.Module):
    """The mean, the largest values or the attention-weighted mean of the states of a document's windows.

    The only window of a document is its own mean, maximum and weighted mean, to the bit.
    """

    def __init__(self, pooling: str, hidden_size: int) -> None:
        super().__init__()
        self.pooling = pooling
        if pooling == "attention":
            # By name: other models do not depend on its code.
            self.attention = import_module("textstudy.models.attention").AttentionPooling(hidden_size, hidden_size)

    def forward(self, states: Tensor, counts: Tensor) -> Tensor:
        """Return the states of documents, (batch, hidden).

        Args:
            states: of the windows of all documents, one document after the other, (windows, hidden).
            counts: windows of each document, at least one, (batch,).
        """
        first = counts.cumsum(dim=0) - counts
        most = counts.max()
        real = real_positions(counts, most)  # (batch, most windows)
        places = (first[:, None] + torch.arange(most, device=counts.device)).masked_fill(~real, 0)
        states = states[places]  # (batch, most windows, hidden)
        if self.pooling == "attention":
            return self.attention(states, real)[0]
        filler = 0.0 if self.pooling == "mean" else torch.finfo(states.dtype).min
        states = states.masked_fill(~real.unsqueeze(-1), filler)
        return states.sum(dim=1) / counts.unsqueeze(-1) if self.pooling == "mean" else states.amax(dim=1)
