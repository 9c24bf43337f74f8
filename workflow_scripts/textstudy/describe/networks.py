"""What a network is made of: its modules in the order in which a batch passes them, with the shapes that come out."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from textstudy.models.parameters import count_parameters
from textstudy.runs import Run
from textstudy.train.build import build_network

# Two batches show which sizes are those of the batch and of the time, and which are the network's own.
SIZES = ({"batch": 3, "time": 7}, {"batch": 5, "time": 11})
UNCHANGING = (nn.modules.dropout._DropoutNd, nn.Identity)  # in evaluation they change neither shape nor value


def describe_network(run: Run) -> dict[str, Any]:
    """Return {"inputs", "steps", "parameters"} of the network of a run, as documents pass it.

    A head on the cached states of a frozen encoder is described on that encoder, whose parameters are frozen. The
    weights do not matter, so they are fresh ones. A step is {"name", "type", "output", "parameters", "trainable",
    "repeats", "steps"}: sizes of the output are numbers, "batch", "time" or "time + 1"; `repeats` equal neighbours are
    one step; `steps` are the modules inside. Dropout is left out.
    """
    settings = run.settings
    files = replace(run.files, features_path=None) if run.head_alone else run.network_files
    with torch.random.fork_rng(devices=[]):
        network = build_network(settings, files, classes=len(run.labels)).eval()
    if run.head_alone:
        network.encoder.requires_grad_(False)
    inputs = ("input_ids", "weights") if settings.get("tfidf_weighting") else ("input_ids",)
    seen = [_shapes(network, inputs, **sizes) for sizes in SIZES]
    return {
        "inputs": {name: ["batch", "time"] for name in inputs},
        "steps": _merge_repeats(_steps(network, *seen)),
        "parameters": count_parameters(network),
    }


def _shapes(network: nn.Module, inputs: tuple[str, ...], *, batch: int, time: int) -> dict[str, list[int]]:
    """Return the shape that each module gives in a forward pass, by name, in the order in which modules begin."""
    found: dict[str, list[int]] = {}
    hooks = []
    for name, module in network.named_modules():
        if name and not isinstance(module, UNCHANGING):
            hooks.append(module.register_forward_pre_hook(partial(_begin, found, name)))
            hooks.append(module.register_forward_hook(partial(_end, found, name)))
    tokens = {"input_ids": torch.ones(batch, time, dtype=torch.int64), "weights": torch.ones(batch, time)}
    try:
        with torch.inference_mode():
            network(lengths=torch.full((batch,), time), **{name: tokens[name] for name in inputs})
    finally:
        for hook in hooks:
            hook.remove()
    return found


def _begin(found: dict[str, list[int]], name: str, module: nn.Module, inputs: Any) -> None:
    found.setdefault(name, [])


def _end(found: dict[str, list[int]], name: str, module: nn.Module, inputs: Any, output: Any) -> None:
    values = [output] if isinstance(output, Tensor) else output.values() if isinstance(output, Mapping) else output
    found[name] = next((list(value.shape) for value in values if isinstance(value, Tensor)), [])


def _steps(network: nn.Module, first: Mapping[str, list[int]], second: Mapping[str, list[int]]) -> list[dict[str, Any]]:
    """Return the modules as a tree: a module is under the nearest enclosing module that was called too."""
    modules, top = dict(network.named_modules()), []
    steps: dict[str, dict[str, Any]] = {}
    for name in first:
        counted = count_parameters(modules[name])
        around = next((whole for whole in _enclosing(name) if whole in steps), None)
        steps[name] = {
            "name": name if around is None else name.removeprefix(f"{around}."),
            "type": type(modules[name]).__name__,
            "output": [_size(*sizes) for sizes in zip(first[name], second[name], strict=True)],
            "parameters": counted["total"],
            "trainable": counted["trainable"],
            "repeats": 1,
            "steps": [],
        }
        (top if around is None else steps[around]["steps"]).append(steps[name])
    return top


def _enclosing(name: str) -> list[str]:
    """Return the names of the modules that enclose a module, the nearest first: a.b.c → a.b, a."""
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(len(parts) - 1, 0, -1)]


def _size(first: int, second: int) -> int | str:
    """Return what a size of an output is, from what it was with each of the two batches."""
    if first == second:
        return first
    for name in ("batch", "time"):
        more = first - SIZES[0][name]
        if second - SIZES[1][name] == more:
            return name if more == 0 else f"{name} + {more}"
    return "?"


def _merge_repeats(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the steps with equal neighbours as one, which counts them."""
    merged: list[dict[str, Any]] = []
    for step in steps:
        step = {**step, "steps": _merge_repeats(step["steps"])}
        if step["type"] == "Sequential" and not step["steps"]:  # of dropout alone
            continue
        previous = merged[-1] if merged else None
        if previous and _without_name(step) == _without_name(previous):
            previous["repeats"] += 1
            first, last = previous["name"].partition(" to ")[0], step["name"]
            previous["name"] = f"{first} to {last}" if last[-1].isdigit() else f"{first}, {last}"
        else:
            merged.append(step)
    return merged


def _without_name(step: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in step.items() if key not in ("name", "repeats")}
