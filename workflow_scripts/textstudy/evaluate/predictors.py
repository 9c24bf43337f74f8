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
    if settings["architecture"] == "linear":
        return import_module("textstudy.models.linear").LinearTextClassifier.load(folder).predict_proba
    from textstudy.train.runs import load_network

    network = load_network(
        folder,
        architecture=settings["architecture"],
        settings=settings,
        classes=classes,
        encoding_folder=encoding_folder,
        features_path=features_path,
        glove_path=glove_path,
    )
    if settings["architecture"] == "pretrained":
        return _frozen_encoder(network, settings["pooling"], encoding_folder, encoder_folder)
    return _word_network(network, bool(settings.get("tfidf_weighting")), encoding_folder)


def _word_network(network: Any, weighted: bool, encoding_folder: Path) -> Predict:
    import torch

    from textstudy.encode.words import WordEncoder
    from textstudy.train.predict import predict

    encoder = WordEncoder.load(encoding_folder)

    def predict_proba(texts: Sequence[str]) -> np.ndarray:
        input_ids, weights = encoder.encode(texts)
        flat = torch.from_numpy(np.concatenate(weights)) if weighted else None
        return predict(network, _documents(input_ids, weights=flat))

    return predict_proba


def _frozen_encoder(network: Any, pooling: str, encoding_folder: Path, encoder_folder: Path) -> Predict:
    import torch

    from textstudy.encode.encoders import load_encoder
    from textstudy.encode.features import encoder_states
    from textstudy.encode.table import Encoding
    from textstudy.encode.wordpieces import WordpieceEncoder
    from textstudy.train.predict import predict

    tokenizer = WordpieceEncoder.load(encoding_folder, encoder_folder)
    encoder = load_encoder(encoder_folder)

    def predict_proba(texts: Sequence[str]) -> np.ndarray:
        input_ids = tokenizer.encode(texts)
        count = len(input_ids)
        offsets = np.concatenate([[0], np.cumsum([len(row) for row in input_ids])])
        names = np.arange(count).astype(str)
        encoding = Encoding(names, names, np.zeros(count, np.int32), offsets, np.concatenate(input_ids))
        states = torch.from_numpy(encoder_states(encoder, encoding)[pooling])  # (documents, hidden)
        return predict(network, _documents(input_ids, features=states))

    return predict_proba


def _documents(input_ids: Sequence[np.ndarray], **columns: Any) -> Any:
    import torch

    from textstudy.train.batches import Documents

    lengths = np.array([len(row) for row in input_ids], dtype=np.int64)
    return Documents(
        ids=np.arange(len(input_ids)).astype(str),
        labels=torch.zeros(len(input_ids), dtype=torch.int64),
        lengths=lengths,
        starts=np.cumsum(lengths) - lengths,
        tokens=None if "features" in columns else torch.from_numpy(np.concatenate(input_ids)),
        **columns,
    )
