"""The mean of a document's vectors, whatever their order, and a head on it: the cheapest networks that read text."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from textstudy.models.lengths import real_positions


class BagClassifier(nn.Module):
    """Vectors of tokens or n-grams → mean → head.

    In training, the gradient of the table is sparse: it has the rows alone that a batch reads.

    Args:
        table: vectors by id, (ids, embedding); row 0 is padding and stays as it is.
        head: from means, (batch, embedding), to logits, (batch, classes).
        dropout: share of a document's vectors that is left out of its mean in training (Iyyer et al. 2015, Deep
            Unordered Composition Rivals Syntactic Methods, section 3.1).
    """

    def __init__(self, table: Tensor, head: nn.Module, *, dropout: float, freeze: bool = False) -> None:
        super().__init__()
        self.embedding = nn.EmbeddingBag.from_pretrained(table, freeze=freeze, mode="mean", padding_idx=0)
        self.head = head
        self.dropout = dropout
        self.train()

    def train(self, mode: bool = True) -> "BagClassifier":
        """Set the mode, and whether gradients of the table are sparse: what explains a document reads them whole."""
        self.embedding.sparse = mode
        return super().train(mode)

    def forward(self, input_ids: Tensor, lengths: Tensor) -> Tensor:
        """Return the logits, (batch, classes), from ids padded with 0, (batch, time), and lengths (batch,)."""
        if torch.onnx.is_in_onnx_export():  # which knows no bags
            return self.head(self._mean(input_ids, lengths))
        if self.training and self.dropout:
            left_out = torch.rand(input_ids.shape, device=input_ids.device) < self.dropout
            input_ids = input_ids.masked_fill(left_out, 0)
        return self.head(self.embedding(input_ids))

    def _mean(self, input_ids: Tensor, lengths: Tensor) -> Tensor:
        """Return the mean vectors, (batch, embedding), by plain operations; a graph must use all its inputs."""
        vectors = functional.embedding(input_ids, self.embedding.weight)  # (batch, time, embedding)
        read = (real_positions(lengths, input_ids.shape[1]) & (input_ids != 0)).to(vectors.dtype)  # (batch, time)
        total = (vectors * read.unsqueeze(-1)).sum(dim=1)
        return total / read.sum(dim=1, keepdim=True).clamp(min=1)
