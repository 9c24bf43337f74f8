"""One run of nearest neighbours: the training documents' states, and the vote that validation prefers."""

import logging
import time
from collections.abc import Mapping
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import torch
from torch import nn

from textstudy.machine.energy import EnergyMeter
from textstudy.storage.files import read_json, write_tensors
from textstudy.train.batches import Documents
from textstudy.train.networks import encoder_parameters, load_documents
from textstudy.train.without_epochs import write_run

logger = logging.getLogger(__name__)


def train_neighbours(
    *,
    settings: Mapping[str, Any],
    encoding_folder: Path,
    features_path: Path,
    seed: int,
    folder: Path,
    code_digest: str,
    base: Path | None = None,
) -> None:
    """Remember the training documents and write weights, settings and cost to `folder`.

    The number of neighbours and the temperature are those of the grid with the least log-loss on validation, the first
    of equals. With `base`, the folder of such a run, both are that run's, and the documents of both splits are kept.
    """
    labels = read_json(Path(encoding_folder) / "encoding.json")["labels"]
    documents = load_documents(settings=settings, encoding_folder=encoding_folder, features_path=features_path)
    train, validation = documents["train"], documents["validation"]
    start, meter = time.monotonic(), EnergyMeter()
    if base is not None:
        train = train.and_of_the_same(validation)
    model = import_module("textstudy.models.neighbours").build(settings, classes=len(labels))
    model.remember(train.features, train.labels)
    chosen = read_json(Path(base) / "training.json")["chosen"] if base else _chosen(model, validation, settings)
    model.vote(chosen["neighbours"], chosen["temperature"])
    seconds, energy = time.monotonic() - start, meter.lap()
    logger.info("remembered %d documents in %.1f s, %s", len(train.ids), seconds, chosen)
    write_tensors(folder / "weights.safetensors", {name: value.numpy() for name, value in model.state_dict().items()})
    encoder = encoder_parameters(features_path, settings["pooling"])
    write_run(
        folder,
        settings=settings,
        seed=seed,
        code_digest=code_digest,
        labels=labels,
        chosen=chosen,
        parameters={"total": encoder, "trainable": 0, "frozen": encoder},
        seconds=seconds,
        energy=energy,
    )


def _chosen(model: nn.Module, validation: Documents, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return {"neighbours", "temperature"} with the least log-loss on validation."""
    grid = list(product(settings["neighbours"], settings["temperature"]))
    losses = [_log_loss(model.vote(*choice), validation) for choice in grid]
    neighbours, temperature = grid[losses.index(min(losses))]
    return {"neighbours": neighbours, "temperature": temperature}


def _log_loss(model: nn.Module, documents: Documents) -> float:
    with torch.inference_mode():
        logits = model(documents.features)  # (documents, classes)
    return float(nn.functional.cross_entropy(logits, documents.labels))
