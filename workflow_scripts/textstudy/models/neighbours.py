"""Nearest neighbours among the states of a frozen encoder: a classifier that keeps its training documents.

A document is compared with every training document by the cosine of their states. The nearest vote for their classes,
each with a weight that falls with its distance (Cover and Hart 1967; the soft vote is that of Khandelwal et al. 2020,
arXiv:1911.00172).
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from textstudy.models.pretrained import PretrainedClassifier, prepare_pooling

AT_ONCE = 20_000_000  # cosines or votes, so that memory does not grow with the number of documents
DOUBT = 0.01  # share of the probability spread over all classes: a class without neighbours is still possible


class NearestNeighbours(nn.Module):
    """The remembered documents, and the vote among the nearest.

    Attributes:
        states: (documents, hidden) of length 1.
        labels: (documents,) int64 class indices.
        neighbours: how many vote.
        temperature: of the softmax over their cosines; the lower, the more the nearest ones count.
    """

    def __init__(self, *, classes: int, feature_size: int) -> None:
        super().__init__()
        self.classes = classes
        self.register_buffer("states", torch.zeros(0, feature_size))
        self.register_buffer("labels", torch.zeros(0, dtype=torch.int64))
        self.register_buffer("neighbours", torch.tensor(1))
        self.register_buffer("temperature", torch.tensor(1.0))

    def remember(self, features: Tensor, labels: Tensor) -> None:
        """Replace the documents by these, (documents, hidden), with their class indices, (documents,)."""
        self.states, self.labels = nn.functional.normalize(features.float(), dim=-1), labels.clone()

    def vote(self, neighbours: int, temperature: float) -> "NearestNeighbours":
        """Set how many neighbours vote and how much nearness counts; return the model."""
        self.neighbours, self.temperature = torch.tensor(neighbours), torch.tensor(temperature)
        return self

    def forward(self, features: Tensor) -> Tensor:
        """Return the logarithms of the probabilities, (batch, classes), for pooled states, (batch, hidden)."""
        rows = max(1, AT_ONCE // max(len(self.states), int(self.neighbours) * self.classes))
        return torch.cat([self.vote_on(block) for block in features.split(rows)])

    def vote_on(self, features: Tensor) -> Tensor:
        """Return what `forward` does, for a batch that is small enough."""
        cosines = nn.functional.normalize(features.float(), dim=-1) @ self.states.T  # (batch, documents)
        nearest = cosines.topk(min(int(self.neighbours), len(self.states)), dim=-1)
        weights = torch.softmax(nearest.values / self.temperature, dim=-1)  # (batch, neighbours)
        votes = nn.functional.one_hot(self.labels[nearest.indices], self.classes)  # (batch, neighbours, classes)
        shares = (weights.unsqueeze(-1) * votes).sum(dim=1)
        return torch.log((1 - DOUBT) * shares + DOUBT / self.classes)

    def _load_from_state_dict(self, state: Mapping[str, Tensor], prefix: str, *rest: Any) -> None:
        """Make room for as many documents as the state has."""
        for name in ("states", "labels"):
            setattr(self, name, torch.empty_like(state[prefix + name], device=self.temperature.device))
        super()._load_from_state_dict(state, prefix, *rest)


def build(
    settings: Mapping[str, Any],
    *,
    classes: int,
    feature_size: int | None = None,
    encoder: nn.Module | None = None,
) -> NearestNeighbours | PretrainedClassifier:
    """Return the vote without documents: on cached states, or on the encoder that makes them.

    Args:
        settings: pooling.
        classes: number of labels.
        feature_size: width of cached states; documents that are remembered later set their own.
        encoder: a `transformers` encoder whose states are compared; it learns nothing.
    """
    if encoder is None:
        return NearestNeighbours(classes=classes, feature_size=feature_size or 0)
    head = NearestNeighbours(classes=classes, feature_size=encoder.config.hidden_size)
    pooling = prepare_pooling(encoder, settings["pooling"])
    return PretrainedClassifier(encoder, head, pooling=pooling)
