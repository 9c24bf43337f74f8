"""The learned way to combine the probabilities of several models: a small network on them; see `combiners`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from textstudy.models.ensemble import MetaModel, build
from textstudy.models.parameters import count_parameters
from textstudy.train.combiners import Arrays, Fitted, side_by_side
from textstudy.train.documents import Documents
from textstudy.train.loop import fit
from textstudy.train.predict import predict


def fit_network(
    probabilities: np.ndarray,
    labels: np.ndarray,
    *,
    classes: Sequence[str],
    settings: Mapping[str, Any],
    seed: int,
    checkpoint_folder: Path,
    **_: Any,
) -> Fitted:
    """Train a network on (members, documents, classes) probabilities for a fixed number of epochs.

    It learns from all documents, so none is left to choose an epoch: the weights of the last epoch are kept.

    Args:
        labels: (documents,) class indices.
        classes: label names by index.
        settings: those of the ensemble; `training` says how the network learns.
        seed: decides the first weights, the batches and the dropout.
        checkpoint_folder: where this fit, and no other, keeps its checkpoint.
    """
    torch.manual_seed(seed)
    model = _network(probabilities)
    documents = _documents(probabilities, labels)
    options = {"settings": settings["training"], "classes": classes, "seed": seed}
    result = fit(model, documents, None, checkpoint_folder=checkpoint_folder, **options)
    return Fitted(
        {name: value.cpu().numpy() for name, value in result.best_state.items()},
        parameters=count_parameters(model)["total"],
        history=result.history,
        best_epoch=result.best_epoch,
        epoch_seconds=result.epoch_seconds,
        diagnosis=result.diagnosis,
        precision=result.precision,
    )


def combine(arrays: Arrays, probabilities: np.ndarray) -> np.ndarray:
    """Return the network's probabilities, (documents, classes) float32; `arrays` are its weights."""
    model = _network(probabilities)
    model.load_state_dict({name: torch.from_numpy(value) for name, value in arrays.items()})
    return predict(model, _documents(probabilities, np.zeros(probabilities.shape[1])))


def _network(probabilities: np.ndarray) -> MetaModel:
    members, _, classes = probabilities.shape
    return build({}, classes=classes, feature_size=members * classes)


def _documents(probabilities: np.ndarray, labels: np.ndarray) -> Documents:
    count = len(labels)
    return Documents(
        ids=np.arange(count).astype(str),
        labels=torch.from_numpy(labels.astype(np.int64)),
        lengths=np.ones(count, dtype=np.int64),
        starts=np.arange(count),
        features=torch.from_numpy(side_by_side(probabilities).astype(np.float32)),
    )
