"""Classification heads on a frozen encoder's cached states.

A frozen encoder gives a document the same states in every epoch, so they are computed once and each head reads them.
"""

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU, "tanh": nn.Tanh}


class PretrainedHead(nn.Module):
    """A head on pooled encoder states, one row per document."""

    def __init__(self, layers: list[nn.Module]) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, features: Tensor) -> Tensor:
        """Return the logits, (batch, classes), of pooled states, (batch, hidden)."""
        return self.layers(features)


def build(
    settings: Mapping[str, Any],
    *,
    classes: int,
    vocabulary_size: int | None = None,
    embedding: Tensor | None = None,
    feature_size: int | None = None,
) -> PretrainedHead:
    """Return a head with fresh weights.

    Args:
        settings: head, dropout and standardize; for `two_layer` also activation and head_size (None: the width of
            the states). `linear` is
            dropout → Linear; `two_layer` is Linear → activation → dropout → Linear, the classifier of DistilBERT
            (Sanh et al. 2019, arXiv:1910.01108). `standardize` puts a LayerNorm without weights in front: each
            document's states get mean 0 and variance 1, so that states of any scale suit the same learning rate.
        classes: number of labels.
        vocabulary_size: not used here; other models read it.
        embedding: not used here; other models read it.
        feature_size: width of the cached states.

    Raises:
        ValueError: the width of the states is missing.
    """
    if feature_size is None:
        raise ValueError("a head on cached states needs their width")
    layers: list[nn.Module] = []
    if settings["standardize"]:
        layers.append(nn.LayerNorm(feature_size, elementwise_affine=False))
    if settings["head"] == "two_layer":
        head_size = settings["head_size"] or feature_size
        layers += [nn.Linear(feature_size, head_size), ACTIVATIONS[settings["activation"]]()]
        feature_size = head_size
    layers += [nn.Dropout(settings["dropout"]), nn.Linear(feature_size, classes)]
    return PretrainedHead(layers)
