"""Training of a network: from the files that a run is made from to its weights, history and settings."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from torch import distributed, nn

from textstudy.machine.devices import choose_device, resolve_precision, unused_gpu, uses_tf32
from textstudy.machine.energy import added
from textstudy.machine.stopwatch import Lap
from textstudy.models.parameters import count_parameters
from textstudy.runs import Run, RunFiles, training_record, write_run
from textstudy.storage.files import read_json
from textstudy.train.build import build_network, encoder_parameters, load_documents
from textstudy.train.loop import FitResult, fit, is_shared


def train_network(run: Run, *, checkpoint_root: Path) -> None:
    """Train one network and write weights.safetensors, history.json, settings.json and training.json.

    On a CPU, same inputs, seed and number of threads give the same bits, however often the run was killed on its way.
    On a GPU the last bits may differ from run to run: its attention kernels add in no fixed order.

    Where the settings name several GPUs, as many processes train it together.

    With `run.base` it is trained for as many epochs as that run found best, on training and validation documents
    together.

    Args:
        checkpoint_root: where the checkpoint is kept until the results are written.

    Raises:
        StudyError: a file is missing or does not fit, or training diverged.
    """
    if run.settings.get("gpu", 1) > 1 and not is_shared():
        import_module("textstudy.train.processes").train_in_processes(run, checkpoint_root=checkpoint_root)
        return
    files, settings, device = run.files, run.settings, _make_deterministic()
    more: dict[str, Any] = {"data": files.digests()}
    if run.base is not None:
        more["epochs"] = read_json(run.base / "training.json")["best_epoch"]
    if run.left_out:
        more["left_out"] = hashlib.sha256("\n".join(sorted(run.left_out)).encode()).hexdigest()
    identity = {"settings": settings, "seed": run.seed, "code": run.code, **more}
    checkpoint_folder = checkpoint_root / _checkpoint_name(identity, device)
    labels = read_json(files.encoding_folder / "encoding.json")["labels"]
    part = _Part(
        settings=settings,
        files=files,
        training=settings["training"],
        labels=labels,
        seed=run.seed,
        device=device,
        checkpoint_folder=checkpoint_folder,
        stop_after=more.get("epochs"),
        left_out=run.left_out,
    )
    hybrid = run.facts.reads_states and run.facts.holds_encoder
    model, result = _train_hybrid(part) if hybrid else part.train()
    if is_shared() and distributed.get_rank() > 0:  # one of them writes
        return
    encoder = encoder_parameters(files.features_path, settings["pooling"]) if files.features_path and not hybrid else 0
    write_run(
        replace(run, labels=labels),
        training=_record(result, model, device, encoder),
        weights=result.best_state,
        history=result.history,
        threads=torch.get_num_threads(),
        **more,
    )
    shutil.rmtree(checkpoint_folder, ignore_errors=True)


@dataclass(frozen=True)
class _Part:
    """One training of a network: all of a run, or one of the two of a hybrid.

    Attributes:
        files: what the network and its documents are made from; decides which part of a hybrid it is.
        training: how it learns.
        stop_after: epochs to train on training and validation documents together; None to learn from the former and
            to let the latter choose the epoch.
        epochs_before: those of the part before it.
        left_out: ids of the training documents that it does not learn from.
    """

    settings: Mapping[str, Any]
    files: RunFiles
    training: Mapping[str, Any]
    labels: Sequence[str]
    seed: int
    device: torch.device
    checkpoint_folder: Path
    stop_after: int | None
    epochs_before: int = 0
    left_out: frozenset[str] = frozenset()

    def train(self, head: nn.Module | None = None) -> tuple[nn.Module, FitResult]:
        """Build the network, with this trained `head` where there is one, and fit it."""
        documents = load_documents(self.settings, self.files)
        torch.manual_seed(self.seed)
        model = build_network(self.settings, self.files, classes=len(self.labels)).to(self.device)
        if head is not None:
            model.head.load_state_dict(head.state_dict())
        train, validation = documents["train"].without(self.left_out), documents["validation"]
        if self.stop_after is not None:
            train, validation = train.followed_by(validation), None
        result = fit(
            model,
            train,
            validation,
            settings=self.training,
            classes=self.labels,
            seed=self.seed,
            checkpoint_folder=self.checkpoint_folder,
            stop_after=self.stop_after,
            epochs_before=self.epochs_before,
        )
        return model, result


def _train_hybrid(part: _Part) -> tuple[nn.Module, FitResult]:
    """Train the head on cached states, then everything from there; return the network and both trainings as one."""
    head, first = replace(
        part,
        files=replace(part.files, encoder_folder=None),
        training=part.settings["head_training"],
        checkpoint_folder=part.checkpoint_folder / "head",
    ).train()
    model, second = replace(
        part,
        files=replace(part.files, features_path=None),
        checkpoint_folder=part.checkpoint_folder / "all",
        epochs_before=len(first.history),
    ).train(head)
    return model, _join(first, second)


def _join(head: FitResult, everything: FitResult) -> FitResult:
    """Return the two trainings of a hybrid as one; the epoch that counts is one of the second."""
    before = len(head.history)
    history = [entry | {"phase": "head"} for entry in head.history]
    history += [entry | {"phase": "all", "epoch": entry["epoch"] + before} for entry in everything.history]
    return replace(
        everything,
        history=history,
        best_epoch=before + everything.best_epoch,
        lap=Lap(
            head.lap.seconds + everything.lap.seconds,
            head.lap.cpu_seconds + everything.lap.cpu_seconds,
            added(head.lap.joules, everything.lap.joules),
        ),
        load_average=everything.load_average | {"start": head.load_average["start"]},
        epoch_seconds=head.epoch_seconds + everything.epoch_seconds,
    )


def _checkpoint_name(identity: Mapping[str, Any], device: torch.device) -> str:
    """Return a digest of all that decides the bits of a training: another one must not take its checkpoint."""
    precision = resolve_precision(identity["settings"]["training"]["precision"], device)
    decides_bits = [identity, device.type, precision, torch.get_num_threads(), torch.__version__]
    return hashlib.sha256(json.dumps(decides_bits, sort_keys=True).encode()).hexdigest()


def _make_deterministic() -> torch.device:
    """Ask torch for the same bits each time, where it can; return the device to train on."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS needs it, before its first call
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # a debugging aid that costs time
    return choose_device()


def _record(result: FitResult, model: nn.Module, device: torch.device, encoder: int) -> dict[str, Any]:
    """Return the contents of training.json; `encoder` is the number of parameters behind cached states."""
    parameters = count_parameters(model)
    parameters |= {name: parameters[name] + encoder for name in ("total", "frozen")}
    of_the_device: dict[str, Any] = {}
    if device.type == "cuda":
        of_the_device["peak_device_memory_mb"] = round(torch.cuda.max_memory_allocated(device) / 1e6, 1)
        of_the_device |= {"gpu": torch.cuda.get_device_name(device), "tf32": uses_tf32(device)}
        if result.most_tokens is not None:
            of_the_device["most_tokens"] = result.most_tokens
    elif reason := unused_gpu():
        of_the_device["unused_gpu"] = reason
    return training_record(
        parameters=parameters,
        lap=result.lap,
        load_average=result.load_average,
        best_epoch=result.best_epoch,
        train_accuracy=result.train_accuracy,
        device=device.type,
        diagnosis=result.diagnosis,
        epoch_seconds=result.epoch_seconds,
        peak_memory_mb=result.peak_memory_mb,
        precision=result.precision,
        **of_the_device,
    )
