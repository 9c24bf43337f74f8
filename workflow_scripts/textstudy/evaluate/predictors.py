"""From texts to probabilities with a trained run, whatever its architecture: what a user of the model would call."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

Predict = Callable[[Sequence[str]], np.ndarray]


def load_predictor(
    *,
    settings: Mapping[str, Any],
    folder: Path,
    classes: int,
    encoding_folder: Path | None = None,
    features_path: Path | None = None,
    glove_path: Path | None = None,
    encoder_folder: Path | None = None,
) -> Predict:
    """Return a function from texts to probabilities (documents, classes) float32.

    Args:
        settings: resolved settings of the model.
        folder: folder of the run, with its weights.
        encoding_folder: the encoding that the network was trained on; its vocabulary encodes new texts.
        features_path: cached states that the head was trained on; new texts go through the encoder itself.
        glove_path: embedding matrix of the network, if it had one.
        encoder_folder: files of the pretrained encoder behind the states.
    """
    # By name: the evaluation of a linear model is not stale when the training of networks changes.
    if settings["architecture"] == "linear":
        return import_module("textstudy.models.linear").LinearTextClassifier.load(folder).predict_proba
    return import_module("textstudy.evaluate.networks").load_network_predictor(
        settings=settings,
        folder=folder,
        classes=classes,
        encoding_folder=encoding_folder,
        features_path=features_path,
        glove_path=glove_path,
        encoder_folder=encoder_folder,
    )
