"""Batches of documents, padded to the longest of each: where their tokens are in the array of all documents."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from textstudy.machine.transfer import send


@dataclass(frozen=True)
class Padded:
    """Where the tokens of a padded batch are in the flat array of all documents.

    Attributes:
        lengths: (batch,) int64 tokens of each document.
        places: (batch, time) int64; 0 over padding.
        padding: boolean (batch, time), True over padding.
    """

    lengths: Tensor
    places: Tensor
    padding: Tensor

    @classmethod
    def of(cls, starts: np.ndarray, lengths: np.ndarray, device: torch.device) -> "Padded":
        """Return the batch of documents that begin at `starts` (batch,) and have `lengths` (batch,)."""
        on_device = send(torch.from_numpy(lengths), device)
        positions = torch.arange(int(lengths.max()), device=device)
        padding = positions >= on_device[:, None]
        places = send(torch.from_numpy(starts), device)[:, None] + positions
        return cls(on_device, places.masked_fill_(padding, 0), padding)

    def take(self, values: Tensor, *, filler: float) -> Tensor:
        """Return the `values` (all tokens,) of the batch, (batch, time), with `filler` over padding."""
        return values[self.places].masked_fill_(self.padding, filler)
