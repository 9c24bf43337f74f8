"""The mean of static token vectors, and a head on it, as Model2Vec trains it (Tulkens and van Dongen 2024)."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from textstudy.models.bags import BagClassifier

FLOOR = 0.1  # mean square that is added to that of a mean; distilled vectors give one of 1


class SoftNorm(nn.Module):
    """Gives means a root mean square of about 1, so that the length of a text hardly counts; zeros stay.

    Small means stay small: on the line from no words to a text, along which gradients are integrated to explain it, a
    norm that gave all of them one size would change nowhere but at its beginning.
    """

    def forward(self, means: Tensor) -> Tensor:
        """Return (batch, features)."""
        return means / (means.square().mean(dim=1, keepdim=True) + FLOOR).sqrt()


def build(
    settings: Mapping[str, Any],
    *,
    classes: int,
    embedding: Tensor,
    vocabulary_size: int | None = None,
    window: int | None = None,
) -> BagClassifier:
    """Return a classifier with a fresh head.

    Args:
        settings: freeze_embeddings; word_dropout, the share of tokens that is left out; head (linear or two_layer),
            head_size (None: as many as a vector has), dropout in the head.
        classes: number of labels.
        embedding: vectors of the tokens, (vocabulary, embedding); row 0 is padding.
        vocabulary_size: as `embedding` says.
        window: of no effect, because the windows of a document are averaged as one text.
    """
    size, layers = embedding.shape[1], [SoftNorm()]
    if settings["head"] == "two_layer":
        hidden = settings["head_size"] or size
        layers += [nn.Linear(size, hidden), nn.ReLU()]
        size = hidden
    head = nn.Sequential(*layers, nn.Dropout(settings["dropout"]), nn.Linear(size, classes))
    # A copy: training must not write into the caller's matrix.
    return BagClassifier(
        embedding.clone(), head, dropout=settings["word_dropout"], freeze=settings["freeze_embeddings"]
    )
