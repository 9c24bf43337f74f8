"""The layers of a pretrained encoder from the bottom up, and the learning rate of each."""

from collections.abc import Mapping

from torch import nn


def encoder_layers(encoder: nn.Module) -> nn.ModuleList:
    """Return the layers of a `transformers` encoder, the lowest first; none where it has no list of all its layers.

    ALBERT, for example, runs the same layer several times.
    """
    count = encoder.config.num_hidden_layers
    for module in encoder.modules():
        if isinstance(module, nn.ModuleList) and len(module) == count:
            return module
    return nn.ModuleList()


def group_names(layers: int) -> list[str]:
    """Return the names of the groups of an encoder with so many layers, from the bottom up."""
    return ["embeddings", *(f"layer {number + 1}" for number in range(layers)), "head"]


def rate_factors(
    layers: int, *, learning_rate: float, layer_rates: Mapping[str, float] | None, layer_decay: float | None
) -> dict[str, float]:
    """Return each group's learning rate as a factor of the head's.

    Args:
        layers: layers of the encoder.
        learning_rate: the head's.
        layer_rates: rates of the `embeddings`, of the `first` and of the `last` layer; the rates between are on a
            geometric scale. A single layer has the rate of the last.
        layer_decay: factor from each group's rate to that of the group below it (Howard & Ruder 2018,
            arXiv:1801.06146, section 3.2, have 1 / 2.6).
    """
    names = group_names(layers)
    if layer_rates is not None:
        ratio = layer_rates["first"] / layer_rates["last"]
        distances = [(layers - number) / max(1, layers - 1) for number in range(1, layers + 1)]  # from the last, 1 … 0
        rates = [layer_rates["embeddings"], *(layer_rates["last"] * ratio**distance for distance in distances)]
        factors = [rate / learning_rate for rate in rates] + [1.0]
    else:
        decay = 1.0 if layer_decay is None else layer_decay
        factors = [decay**distance for distance in reversed(range(len(names)))]
    return dict(zip(names, factors, strict=True))
