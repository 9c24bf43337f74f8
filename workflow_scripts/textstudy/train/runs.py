"""One run of a network: from the artifacts of its encoding to a folder with weights, history and settings."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from textstudy.machine.devices import choose_device, resolve_precision
from textstudy.machine.energy import added
from textstudy.models.parameters import count_parameters
from textstudy.storage.files import read_json, sha256, write_json, write_tensors
from textstudy.train.loop import FitResult, fit
from textstudy.train.networks import build_network, encoder_parameters, load_documents


def train_network(
    *,
    settings: Mapping[str, Any],
    seed: int,
    folder: Path | str,
    checkpoint_root: Path | str,
    code_digest: str,
    base: Path | str | None = None,
    **sources: Path | None,
) -> None:
    """Train one model with one seed and write weights.safetensors, history.json, settings.json, training.json.

    On a CPU, same inputs, seed and number of threads give the same bits, however often the run was killed on its way.
    On a GPU the last bits may differ from run to run: its attention kernels add in no fixed order.

    Args:
        settings: resolved settings of the model, `architecture` and `training` among them.
        folder: where the results go.
        checkpoint_root: where the checkpoint stands until the results are written.
        code_digest: digest of the code that decides the numbers.
        base: folder of a run of this model to train once more, on training and validation documents together, for
            as many epochs as that run found best.
        sources: encoding_folder; features_path (cached states of a frozen encoder, instead of token ids); glove_path
            (matrix for `embeddings: glove`); encoder_folder (of a pretrained encoder that is part of the network).

    Raises:
        StudyError: an artifact is missing or does not fit, or training diverged.
    """
    folder, settings = Path(folder), dict(settings)
    device = _make_deterministic()
    identity = {"settings": settings, "seed": seed, "data": _digests(**sources), "code": code_digest}
    if base is not None:
        identity["epochs"] = read_json(Path(base) / "training.json")["best_epoch"]
    decides_bits = [identity, device.type, resolve_precision(settings["training"]["precision"], device)]
    decides_bits += [torch.get_num_threads(), torch.__version__]
    digest = hashlib.sha256(json.dumps(decides_bits, sort_keys=True).encode()).hexdigest()
    checkpoint_folder = Path(checkpoint_root) / digest

    labels = read_json(Path(sources["encoding_folder"]) / "encoding.json")["labels"]
    learn = partial(
        _learn, settings=settings, labels=labels, seed=seed, device=device, stop_after=identity.get("epochs")
    )
    if settings.get("strategy") == "hybrid":
        on_states = sources | {"encoder_folder": None}
        head, first = learn(sources=on_states, part="head_training", checkpoint_folder=checkpoint_folder / "head")
        sources |= {"features_path": None}
        go_on = {"head": head.state_dict(), "epochs_before": len(first.history)}
        model, second = learn(sources=sources, checkpoint_folder=checkpoint_folder / "all", **go_on)
        result = _joined(first, second)
    else:
        model, result = learn(sources=sources, checkpoint_folder=checkpoint_folder)
    write_tensors(folder / "weights.safetensors", result.best_state)
    write_json(folder / "history.json", result.history)
    write_json(folder / "settings.json", {**identity, "labels": labels, "threads": torch.get_num_threads()})
    features = sources.get("features_path")
    encoder = encoder_parameters(features, settings["pooling"]) if features else 0
    write_json(folder / "training.json", _training(result, model, device, encoder))
    shutil.rmtree(checkpoint_folder, ignore_errors=True)


def _learn(
    *,
    settings: Mapping[str, Any],
    labels: Sequence[str],
    seed: int,
    device: torch.device,
    stop_after: int | None,
    sources: Mapping[str, Path | None],
    checkpoint_folder: Path,
    part: str = "training",
    head: Mapping[str, Tensor] | None = None,
    epochs_before: int = 0,
) -> tuple[nn.Module, FitResult]:
    """Build a network and fit it as `settings[part]` says; `head` is what it learned in the `epochs_before`."""
    documents = load_documents(settings=settings, **sources)
    torch.manual_seed(seed)
    model = build_network(settings=settings, classes=len(labels), **sources).to(device)
    if head is not None:
        model.head.load_state_dict(head)
    if settings.get("frozen_layers") and part == "training":  # a head alone reads states of the whole encoder
        documents = import_module("textstudy.train.lower_layers").with_lower_states(model, documents)
    train, validation = documents["train"], documents["validation"]
    if stop_after is not None:
        train, validation = train.and_of_the_same(validation), None
    result = fit(
        model,
        train,
        validation,
        settings=settings[part],
        classes=labels,
        seed=seed,
        checkpoint_folder=checkpoint_folder,
        stop_after=stop_after,
        epochs_before=epochs_before,
    )
    return model, result


def _joined(head: FitResult, everything: FitResult) -> FitResult:
    """Return the two trainings of a hybrid as one; the epoch that counts is one of the second."""
    before = len(head.history)
    history = [entry | {"phase": "head"} for entry in head.history]
    history += [entry | {"phase": "all", "epoch": entry["epoch"] + before} for entry in everything.history]
    return replace(
        everything,
        history=history,
        best_epoch=before + everything.best_epoch,
        seconds=head.seconds + everything.seconds,
        epoch_seconds=head.epoch_seconds + everything.epoch_seconds,
        energy_joules=added(head.energy_joules, everything.energy_joules),
    )


def _digests(
    *,
    encoding_folder: Path,
    features_path: Path | None = None,
    glove_path: Path | None = None,
    encoder_folder: Path | None = None,
) -> dict[str, str]:
    files = {"encoding": Path(encoding_folder) / "encoding.arrow", "features": features_path, "glove": glove_path}
    if encoder_folder is not None:
        weights = sorted(Path(encoder_folder).glob("*.safetensors"))
        files |= {f"encoder/{path.name}": path for path in [Path(encoder_folder) / "config.json", *weights]}
    return {name: sha256(path) for name, path in files.items() if path is not None}


def _make_deterministic() -> torch.device:
    """Ask torch for the same bits each time, where it can; return the device to train on."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # what cuBLAS wants for it, before its first call
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # a debugging aid that costs time
    return choose_device()


def _training(result: FitResult, model: nn.Module, device: torch.device, encoder: int) -> dict[str, Any]:
    """What a run cost; `encoder` is the number of parameters behind cached states."""
    parameters = count_parameters(model)
    parameters |= {name: parameters[name] + encoder for name in ("total", "frozen")}
    training = {
        "best_epoch": result.best_epoch,
        "device": device.type,
        "diagnosis": result.diagnosis,
        "energy_joules": result.energy_joules,
        "epoch_seconds": result.epoch_seconds,
        "parameters": parameters,
        "peak_memory_mb": result.peak_memory_mb,
        "precision": result.precision,
        "seconds": result.seconds,
    }
    if device.type == "cuda":
        training["peak_device_memory_mb"] = round(torch.cuda.max_memory_allocated(device) / 1e6, 1)
    return training
