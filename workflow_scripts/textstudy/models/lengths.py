"""Masks and reversed documents, from the lengths of the documents in a padded batch."""

import torch
from torch import Tensor


def real_positions(lengths: Tensor, time: int) -> Tensor:
    """Return which positions of a padded batch hold a token.

    Args:
        lengths: tokens of each document, (batch,).
        time: positions of the padded batch.

    Returns:
        Boolean (batch, time), False over padding.
    """
    return torch.arange(time, device=lengths.device) < lengths.unsqueeze(1)


def reverse_within_lengths(sequence: Tensor, lengths: Tensor) -> Tensor:
    """Return each document reversed, with its padding still at the end.

    A plain flip would put the padding first, where a recurrent network reads it before any word. Twice applied, this
    returns its input.

    Args:
        sequence: time-major batch, (time, batch, features).
        lengths: tokens of each document, (batch,).

    Returns:
        (time, batch, features); step t of a document of length n is its step n - 1 - t, for t < n.
    """
    step = torch.arange(sequence.shape[0], device=lengths.device).unsqueeze(1)  # (time, 1)
    source = torch.where(step < lengths, lengths - 1 - step, step)  # (time, batch)
    return sequence.gather(0, source.unsqueeze(-1).expand_as(sequence))
