"""A small network over the probabilities of other models: what a learned ensemble trains."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn


class MetaModel(nn.Module):
    """Two hidden layers over the members' probabilities: the first twice as wide as its input, the second as wide."""

    def __init__(self, *, feature_size: int, classes: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(feature_size, 2 * feature_size),
            nn.GELU(),
            nn.Dropout(0.15),
            nn.Linear(2 * feature_size, feature_size),
            nn.GELU(),
            nn.Dropout(0.10),
            nn.Linear(feature_size, classes),
        )

    def forward(self, features: Tensor) -> Tensor:
        """Return the logits, (batch, classes), of the members' probabilities side by side, (batch, members·classes)."""
        return self.layers(features)


def build(settings: Mapping[str, Any], *, classes: int, feature_size: int) -> MetaModel:
    """Return a network with fresh weights.

    Args:
        settings: not used; the sizes follow from the members and the classes.
        classes: number of labels.
        feature_size: members times classes.
    """
    return MetaModel(feature_size=feature_size, classes=classes)
