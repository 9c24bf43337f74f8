"""Nearest neighbours among the states of a frozen encoder: a classifier that keeps its training documents.

A document is compared with every training document by the cosine of their states. The nearest vote for their classes,
each with a weight that falls with its distance (Cover and Hart 1967; the soft vote is that of Khandelwal et al. 2020,
arXiv:1911.00172).
"""

from functools import partial
from typing import ClassVar

import torch
from torch import Tensor, nn

from textstudy.models.remembered import AT_ONCE, RememberedStates, build_remembered

DOUBT = 0.01  # share of the probability spread over all classes: a class without neighbours is still possible


class NearestNeighbours(RememberedStates):
    """The remembered documents, and the vote among the nearest.

    Attributes:
        labels: (documents,) int64 class indices.
        neighbours: how many vote.
        temperature: of the softmax over their cosines; the lower, the more the nearest ones count.
    """

    sized: ClassVar[tuple[str, ...]] = ("states", "labels")

    def __init__(self, *, classes: int, feature_size: int) -> None:
        super().__init__(classes=classes, feature_size=feature_size)
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

    def rows_at_once(self) -> int:
        """Return how many documents are compared at once: each has cosines and votes."""
        return max(1, AT_ONCE // max(1, len(self.states), int(self.neighbours) * self.classes))

    def compare(self, features: Tensor) -> Tensor:
        """Return the logarithms of the probabilities, (batch, classes)."""
        cosines = nn.functional.normalize(features.float(), dim=-1) @ self.states.T  # (batch, documents)
        nearest = cosines.topk(min(int(self.neighbours), len(self.states)), dim=-1)
        weights = torch.softmax(nearest.values / self.temperature, dim=-1)  # (batch, neighbours)
        votes = nn.functional.one_hot(self.labels[nearest.indices], self.classes)  # (batch, neighbours, classes)
        shares = (weights.unsqueeze(-1) * votes).sum(dim=1)
        return torch.log((1 - DOUBT) * shares + DOUBT / self.classes)


build = partial(build_remembered, NearestNeighbours)
