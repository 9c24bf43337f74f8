"""Training of nearest neighbours: the training documents' states, and the vote that validation prefers."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from itertools import product
from typing import Any

import torch
from torch import nn

from textstudy.machine.stopwatch import Stopwatch
from textstudy.runs import Run, training_record, write_run
from textstudy.storage.files import read_json
from textstudy.train.build import encoder_parameters, load_documents
from textstudy.train.documents import Documents

logger = logging.getLogger(__name__)


def train_neighbours(run: Run) -> None:
    """Remember the training documents and write weights, settings and cost.

    The number of neighbours and the temperature are those of the grid with the least log-loss on validation, the first
    of equals. With `run.base` both are that run's, and the documents of both splits are remembered.
    """
    files, settings = run.files, run.settings
    labels = read_json(files.encoding_folder / "encoding.json")["labels"]
    documents = load_documents(settings, files)
    train, validation = documents["train"].without(run.left_out), documents["validation"]
    stopwatch = Stopwatch()
    if run.base is not None:
        train = train.followed_by(validation)
    model = import_module("textstudy.models.neighbours").build(settings, classes=len(labels))
    model.remember(train.features, train.labels)
    chosen = read_json(run.base / "training.json")["chosen"] if run.base else choose_vote(model, validation, settings)
    model.vote(chosen["neighbours"], chosen["temperature"])
    lap = stopwatch.lap()
    logger.info("remembered %d documents in %.1f s, %s", len(train.ids), lap.seconds, chosen)
    encoder = encoder_parameters(files.features_path, settings["pooling"])
    training = training_record(
        parameters={"total": encoder, "trainable": 0, "frozen": encoder},
        lap=lap,
        load_average=stopwatch.load(),
        chosen=chosen,
    )
    write_run(replace(run, labels=labels), training=training, weights=model.state_dict())


def choose_vote(model: nn.Module, validation: Documents, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return {"neighbours", "temperature"} with the least log-loss on validation."""
    grid = list(product(settings["neighbours"], settings["temperature"]))
    losses = [_log_loss(model.vote(*choice), validation) for choice in grid]
    neighbours, temperature = grid[losses.index(min(losses))]
    return {"neighbours": neighbours, "temperature": temperature}


def _log_loss(model: nn.Module, documents: Documents) -> float:
    with torch.inference_mode():
        logits = model(documents.features)  # (documents, classes)
    return float(nn.functional.cross_entropy(logits, documents.labels))
