"""The mean of static token vectors, and a head on it, as Model2Vec trains it (Tulkens and van Dongen 2024)."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn
from torch.nn import functional

from textstudy.models.bags import BagClassifier


class UnitNorm(nn.Module):
    """Gives each row a root mean square of 1, so that the length of a text does not count; zeros stay."""

    def forward(self, means: Tensor) -> Tensor:
        """Return (batch, features)."""
        return functional.normalize(means, dim=1) * means.shape[1] ** 0.5


def build(
    settings: Mapping[str, Any], *, classes: int, embedding: Tensor, vocabulary_size: int | None = None
) -> BagClassifier:
    """Return a classifier with a fresh head.

    Args:
        settings: freeze_embeddings; word_dropout, the share of tokens that is left out; head (linear or two_layer),
            head_size (None: as many as a vector has), dropout in the head.
        classes: number of labels.
        embedding: vectors of the tokens, (vocabulary, embedding); row 0 is padding.
        vocabulary_size: as `embedding` says.
    """
    size, layers = embedding.shape[1], [UnitNorm()]
    if settings["head"] == "two_layer":
        hidden = settings["head_size"] or size
        layers += [nn.Linear(size, hidden), nn.ReLU()]
        size = hidden
    head = nn.Sequential(*layers, nn.Dropout(settings["dropout"]), nn.Linear(size, classes))
    # A copy: training must not write into the caller's matrix.
    return BagClassifier(
        embedding.clone(), head, dropout=settings["word_dropout"], freeze=settings["freeze_embeddings"]
    )
