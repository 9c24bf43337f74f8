"""What a run leaves that was trained in one go, without epochs: the same files as a network's."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from textstudy.machine.memory import peak_memory_mb
from textstudy.storage.files import write_json


def write_run(
    folder: Path,
    *,
    settings: Mapping[str, Any],
    seed: int,
    code_digest: str,
    labels: Sequence[str],
    chosen: Mapping[str, Any],
    parameters: Mapping[str, int],
    seconds: float,
    energy: Mapping[str, float],
) -> None:
    """Write history.json, settings.json and training.json.

    Args:
        labels: class names by index.
        chosen: what validation has chosen.
        parameters: total, trainable and frozen.
        seconds: time of the training.
        energy: joules of the training by counter.
    """
    write_json(folder / "history.json", [])
    write_json(
        folder / "settings.json",
        {"settings": dict(settings), "seed": seed, "code": code_digest, "labels": list(labels)},
    )
    training = {
        "best_epoch": None,
        "chosen": dict(chosen),
        "device": "cpu",
        "diagnosis": [],
        "energy_joules": dict(energy),
        "epoch_seconds": [],
        "parameters": dict(parameters),
        "peak_memory_mb": peak_memory_mb(),
        "precision": "float32",
        "seconds": seconds,
    }
    write_json(folder / "training.json", training)
