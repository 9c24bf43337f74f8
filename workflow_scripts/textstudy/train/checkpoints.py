"""Checkpoints, from which a killed run ends with the same bits as one that was never killed.

A checkpoint is one safetensors file: the tensors are the model's, the optimizer's, the best epoch's and the random
generators'; everything else is JSON in the file's metadata. So one rename replaces both.
"""

import json
import logging
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor, nn

from textstudy.errors import StudyError
from textstudy.storage.files import write_tensors
from textstudy.storage.seal import TENSORS, check_seal

logger = logging.getLogger(__name__)
FILE_NAME = "checkpoint.safetensors"


def save_checkpoint(
    folder: Path,
    *,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    best_state: dict[str, Tensor],
    progress: dict[str, Any],
) -> None:
    """Replace the checkpoint of `folder`; the state does not change.

    Args:
        best_state: the best epoch's weights, empty while no epoch has ended.
        progress: what is not a tensor, as JSON (floats come back exactly; NaN is refused).
    """
    tensors = _name_tensors(model, optimizer, best_state)
    write_tensors(folder / FILE_NAME, tensors, progress=json.dumps(progress, sort_keys=True, allow_nan=False))


def restore_checkpoint(
    folder: Path, *, model: nn.Module, optimizer: torch.optim.Optimizer
) -> tuple[dict[str, Any], dict[str, Tensor]] | None:
    """Put the checkpoint of `folder` into the model, the optimizer and the random generators.

    Returns:
        `progress` and `best_state` as they were saved; None, with nothing changed, where there is no checkpoint
        or a damaged one (a warning says so).
    """
    path = folder / FILE_NAME
    if not path.exists():
        return None
    device = next(model.parameters()).device
    remedy = "starting from the beginning"
    try:
        check_seal(path, TENSORS, remedy=remedy)
        with safe_open(path, framework="pt") as file:
            progress = json.loads(file.metadata()["progress"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
        weights = _part(tensors, "model")
        expected = {name: tensor.shape for name, tensor in model.state_dict().items()}
        if {name: tensor.shape for name, tensor in weights.items()} != expected:
            raise StudyError(f"{path} is damaged (its weights are not this model's): {remedy}.")
        generators = _part(tensors, "random")
        if generators.keys() != _random_state(device).keys():
            raise StudyError(f"{path} is damaged (its random state is from another device): {remedy}.")
    except StudyError as error:
        logger.warning("%s", error)
        return None
    model.load_state_dict(weights)
    state = optimizer.state_dict()
    state["state"] = {}
    for name, tensor in _part(tensors, "optimizer").items():
        index, key = name.split(".", 1)
        state["state"].setdefault(int(index), {})[key] = tensor
    optimizer.load_state_dict(state)
    torch.set_rng_state(generators["cpu"])
    if device.type == "cuda":
        torch.cuda.set_rng_state(generators["device"], device)
    elif device.type == "mps":
        torch.mps.set_rng_state(generators["device"])
    return progress, _part(tensors, "best")


def _name_tensors(
    model: nn.Module, optimizer: torch.optim.Optimizer, best_state: dict[str, Tensor]
) -> dict[str, Tensor]:
    named = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    named |= {f"best.{name}": tensor for name, tensor in best_state.items()}
    for index, entries in optimizer.state_dict()["state"].items():
        named |= {f"optimizer.{index}.{key}": torch.as_tensor(value) for key, value in entries.items()}
    device = next(model.parameters()).device
    return named | {f"random.{name}": tensor for name, tensor in _random_state(device).items()}


def _random_state(device: torch.device) -> dict[str, Tensor]:
    state = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        state["device"] = torch.cuda.get_rng_state(device)
    elif device.type == "mps":
        state["device"] = torch.mps.get_rng_state()
    return state


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name[len(prefix) + 1 :]: tensor for name, tensor in tensors.items() if name.startswith(prefix + ".")}
