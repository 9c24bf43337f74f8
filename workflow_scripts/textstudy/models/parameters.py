"""How large a model is."""

from torch import nn


def count_parameters(module: nn.Module) -> dict[str, int]:
    """Return the numbers of `total`, `trainable` and `frozen` parameters; a shared parameter counts once."""
    total = sum(parameter.numel() for parameter in module.parameters())
    trainable = sum(parameter.numel() for parameter in module.parameters() if parameter.requires_grad)
    return {"total": total, "trainable": trainable, "frozen": total - trainable}
