"""Training of a head that remembers the states of training documents, with the settings that validation prefers."""

import logging
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

import torch
from torch import nn

from textstudy.machine.stopwatch import Stopwatch
from textstudy.runs import Run, training_record, write_run
from textstudy.storage.files import read_json
from textstudy.train.build import encoder_parameters, load_documents
from textstudy.train.documents import Documents

logger = logging.getLogger(__name__)
Fit = Callable[[nn.Module, Documents, Documents | None, dict[str, Any]], dict[str, Any]]


def train_remembered(run: Run, fit: Fit) -> None:
    """Fit the head to the training documents and write weights, settings and cost.

    With `run.base` what was chosen is that run's, and the documents of both splits are remembered.

    Args:
        fit: called with the head, the training documents, the validation documents or None, and the settings, of which
            those that list values hold the ones to try; it fits the head and returns which it chose.
    """
    files, settings = run.files, run.settings
    labels = read_json(files.encoding_folder / "encoding.json")["labels"]
    documents = load_documents(settings, files)
    train, validation = documents["train"].without(run.left_out), documents["validation"]
    stopwatch = Stopwatch()
    model = import_module(f"textstudy.models.{settings['architecture']}").build(settings, classes=len(labels))
    if run.base is None:
        chosen = fit(model, train, validation, settings)
    else:
        train = train.followed_by(validation)
        earlier = read_json(run.base / "training.json")["chosen"]
        chosen = fit(model, train, None, {**settings, **{name: (value,) for name, value in earlier.items()}})
    lap = stopwatch.lap()
    logger.info("remembered %d of %d documents in %.1f s, %s", len(model.states), len(train.ids), lap.seconds, chosen)
    encoder = encoder_parameters(files.features_path, settings["pooling"])
    training = training_record(
        parameters={"total": encoder, "trainable": 0, "frozen": encoder},
        lap=lap,
        load_average=stopwatch.load(),
        chosen=chosen,
    )
    write_run(replace(run, labels=labels), training=training, weights=model.state_dict())


def log_loss(model: nn.Module, documents: Documents) -> float:
    """Return the mean log-loss of a head on documents."""
    with torch.inference_mode():
        logits = model(documents.features)  # (documents, classes)
    return float(nn.functional.cross_entropy(logits, documents.labels))
