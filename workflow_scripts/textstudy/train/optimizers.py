"""Adam and AdamW over the parameters that train."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn


def make_optimizer(model: nn.Module, settings: Mapping[str, Any]) -> torch.optim.Optimizer:
    """Return `adam` (weight decay as an L2 penalty) or `adamw` (decoupled, not on biases and norms).

    Frozen parameters get no optimizer state. The fused kernels do one pass over memory for what the plain
    implementation does in a dozen, on CPUs as on GPUs.
    """
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    options = {"lr": settings["learning_rate"], "betas": tuple(settings["betas"]), "eps": settings["epsilon"]}
    decay = settings["weight_decay"]
    if settings["optimizer"] == "adam":
        return torch.optim.Adam(trainable, weight_decay=decay, fused=True, **options)
    groups = [  # biases and the scales of norms are vectors; everything else has two dimensions or more
        {"params": [parameter for parameter in trainable if parameter.ndim > 1], "weight_decay": decay},
        {"params": [parameter for parameter in trainable if parameter.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW([group for group in groups if group["params"]], fused=True, **options)
