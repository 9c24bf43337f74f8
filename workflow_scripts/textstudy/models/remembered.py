"""A head that keeps the states of training documents and compares each new document with all of them."""

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from textstudy.models.pretrained import PretrainedClassifier, in_32_bits, prepare_pooling

AT_ONCE = 20_000_000  # numbers, so that memory does not grow with the number of documents


class RememberedStates(nn.Module):
    """What such heads have in common.

    Attributes:
        states: (documents, hidden) that are compared, of length 1.
    """

    sized: ClassVar[tuple[str, ...]] = ("states",)  # buffers whose size only the documents tell

    def __init__(self, *, classes: int, feature_size: int) -> None:
        super().__init__()
        self.classes = classes
        self.register_buffer("states", torch.zeros(0, feature_size))

    def forward(self, features: Tensor) -> Tensor:
        """Return the logarithms of the probabilities, (batch, classes), for pooled states, (batch, hidden)."""
        with in_32_bits(features):
            return torch.cat([self.compare(block) for block in features.split(self.rows_at_once())])

    def compare(self, features: Tensor) -> Tensor:
        """Return what `forward` does, for a batch that is small enough."""
        raise NotImplementedError

    def rows_at_once(self) -> int:
        """Return how many documents are compared at once."""
        return max(1, AT_ONCE // max(1, len(self.states)))

    def _load_from_state_dict(self, state: Mapping[str, Tensor], prefix: str, *rest: Any) -> None:
        """Make room for what the state has."""
        for name in self.sized:
            setattr(self, name, torch.empty_like(state[prefix + name], device=self.states.device))
        super()._load_from_state_dict(state, prefix, *rest)


def build_remembered(
    head: type[RememberedStates],
    settings: Mapping[str, Any],
    *,
    classes: int,
    feature_size: int | None = None,
    encoder: nn.Module | None = None,
) -> RememberedStates | PretrainedClassifier:
    """Return a head without documents: on cached states, or on the encoder that makes them.

    Args:
        head: its class.
        settings: pooling.
        classes: number of labels.
        feature_size: width of cached states; documents that are remembered later set their own.
        encoder: a `transformers` encoder whose states are compared; it learns nothing.
    """
    if encoder is None:
        return head(classes=classes, feature_size=feature_size or 0)
    on_encoder = head(classes=classes, feature_size=encoder.config.hidden_size)
    return PretrainedClassifier(encoder, on_encoder, pooling=prepare_pooling(encoder, settings["pooling"]))
