"""Predictions of a trained network: from texts, as its user would ask, and from the states cached for its documents."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from textstudy.encode.encoders import load_encoder
from textstudy.encode.features import encoder_states
from textstudy.encode.table import Encoding
from textstudy.encode.wordpieces import WordpieceEncoder
from textstudy.encode.words import WordEncoder
from textstudy.evaluate.predictors import Predict
from textstudy.settings.encoder_use import holds_encoder
from textstudy.train.batches import Documents
from textstudy.train.networks import load_documents, load_network, pooled
from textstudy.train.predict import predict


def load_network_predictor(
    *, settings: Mapping[str, Any], folder: Path, encoder_folder: Path | None, **files: Any
) -> Predict:
    """Return a function from texts to probabilities; arguments as for `predictors.load_predictor`."""
    inside = {"encoder_folder": encoder_folder} if holds_encoder(settings) else {}
    network = load_network(folder, settings=settings, **files, **inside)
    if settings.get("strategy") == "freeze":
        return _frozen_encoder(network, settings["pooling"], files["encoding_folder"], encoder_folder)
    if encoder_folder is not None:
        return _wordpiece_network(network, files["encoding_folder"], encoder_folder)
    return _word_network(network, bool(settings.get("tfidf_weighting")), files["encoding_folder"])


def predict_cached(
    *, settings: Mapping[str, Any], folder: Path, parts: Sequence[str], **files: Any
) -> dict[str, np.ndarray]:
    """Return split → probabilities for each split of `parts`, from the states that a frozen encoder left."""
    network = load_network(folder, settings=settings, **files)
    documents = load_documents(settings=settings, **files)
    return {part: predict(network, documents[part]) for part in parts}


def _word_network(network: nn.Module, weighted: bool, encoding_folder: Path) -> Predict:
    encoder = WordEncoder.load(encoding_folder)

    def predict_proba(texts: Sequence[str]) -> np.ndarray:
        input_ids, weights = encoder.encode(texts)
        flat = torch.from_numpy(np.concatenate(weights)) if weighted else None
        return predict(network, _documents(input_ids, weights=flat))

    return predict_proba


def _wordpiece_network(network: nn.Module, encoding_folder: Path, encoder_folder: Path) -> Predict:
    tokenizer = WordpieceEncoder.load(encoding_folder, encoder_folder)
    return lambda texts: predict(network, _documents(tokenizer.encode(texts)))


def _frozen_encoder(network: nn.Module, pooling: str, encoding_folder: Path, encoder_folder: Path) -> Predict:
    tokenizer = WordpieceEncoder.load(encoding_folder, encoder_folder)
    encoder = load_encoder(encoder_folder)

    def predict_proba(texts: Sequence[str]) -> np.ndarray:
        input_ids = tokenizer.encode(texts)
        count = len(input_ids)
        offsets = np.concatenate([[0], np.cumsum([len(row) for row in input_ids])])
        names = np.arange(count).astype(str)
        encoding = Encoding(names, names, np.zeros(count, np.int32), offsets, np.concatenate(input_ids))
        states = torch.from_numpy(pooled(encoder_states(encoder, encoding), pooling))  # (documents, hidden)
        return predict(network, _documents(input_ids, features=states))

    return predict_proba


def _documents(input_ids: Sequence[np.ndarray], **columns: Any) -> Documents:
    lengths = np.array([len(row) for row in input_ids], dtype=np.int64)
    return Documents(
        ids=np.arange(len(input_ids)).astype(str),
        labels=torch.zeros(len(input_ids), dtype=torch.int64),
        lengths=lengths,
        starts=np.cumsum(lengths) - lengths,
        tokens=None if "features" in columns else torch.from_numpy(np.concatenate(input_ids)),
        **columns,
    )
