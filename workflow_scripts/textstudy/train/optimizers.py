"""Adam and AdamW over the parameters that train."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import torch
from torch import nn


def make_optimizer(model: nn.Module, settings: Mapping[str, Any]) -> torch.optim.Optimizer:
    """Return `adam` (weight decay as an L2 penalty) or `adamw` (decoupled, not on biases and norms).

    Parameters that never learn get no optimizer state. The fused kernels do in one pass over memory what the plain
    implementation does in a dozen, on CPUs and on GPUs.

    Each parameter group has a `factor`, by which the current learning rate is multiplied. A model whose layers have
    different rates has two methods: `layer_groups() -> [(name, parameters)]` and `rate_factors(learning_rate) ->
    {name: factor}`. A table of vectors with `sparse` gradients has moments of its rows alone, and never decays.
    """
    options = {"lr": settings["learning_rate"], "betas": tuple(settings["betas"]), "eps": settings["epsilon"]}
    decay = settings["weight_decay"]
    modules = (module for module in model.modules() if getattr(module, "sparse", False))
    groups, tables = [], [module.weight for module in modules if module.weight.requires_grad]
    apart = set(map(id, tables))
    for factor, parameters in _by_factor(model, settings["learning_rate"]):
        parameters = [parameter for parameter in parameters if id(parameter) not in apart]
        shared = {"factor": factor, "lr": settings["learning_rate"] * factor}
        if settings["optimizer"] == "adam":
            groups.append({"params": parameters, "weight_decay": decay, **shared})
            continue
        # Biases and the scales of norms are vectors, and so are learned tokens, which need no decay either.
        matrices = [parameter for parameter in parameters if parameter.ndim > 1]
        vectors = [parameter for parameter in parameters if parameter.ndim <= 1]
        groups.append({"params": matrices, "weight_decay": decay, **shared})
        groups.append({"params": vectors, "weight_decay": 0.0, **shared})
    chosen = torch.optim.Adam if settings["optimizer"] == "adam" else torch.optim.AdamW
    dense = chosen([group for group in groups if group["params"]], fused=True, **options)
    # By name: other models do not depend on it.
    return import_module("textstudy.train.sparse").DenseAndSparse(dense, tables, **options) if tables else dense


def _by_factor(model: nn.Module, learning_rate: float) -> Iterator[tuple[float, list[nn.Parameter]]]:
    """Yield the parameters that learn, grouped by their rate."""
    if not hasattr(model, "layer_groups"):
        yield 1.0, [parameter for parameter in model.parameters() if parameter.requires_grad]
        return
    factors = model.rate_factors(learning_rate)
    for name, parameters in model.layer_groups():
        yield factors[name], parameters
