"""Predictions of a trained network: from texts, as its user would ask, and from the states cached for its documents."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
import torch
from torch import nn

from textstudy.encode.encoders import load_encoder
from textstudy.encode.features import encoder_states
from textstudy.encode.table import Encoding
from textstudy.encode.word_encoder import WordEncoder
from textstudy.encode.wordpieces import WordpieceEncoder
from textstudy.evaluate.predictors import Predict
from textstudy.ragged import Ragged
from textstudy.runs import Run
from textstudy.storage.files import read_json
from textstudy.train.build import as_documents, load_network
from textstudy.train.documents import Documents
from textstudy.train.held_out import predict_parts
from textstudy.train.predict import predict


def load_network_predictor(run: Run) -> Predict:
    """Return a function from texts to probabilities (documents, classes) float32."""
    network = load_network(run)
    if run.head_alone:
        return _head_predictor(network, run)
    if run.files.encoder_folder is not None:
        return _wordpiece_predictor(network, run)
    if read_json(run.files.encoding_folder / "encoding.json")["tokenizer"] == "ngrams":
        return _ngram_predictor(network, run)
    return _word_predictor(network, run)


def predict_cached(run: Run, parts: Sequence[str]) -> dict[str, np.ndarray]:
    """Return split → probabilities for each split of `parts`, from the cached states of a frozen encoder."""
    return {part: probabilities for part, (_, probabilities) in predict_parts(run, parts).items()}


def _word_predictor(network: nn.Module, run: Run) -> Predict:
    encoder, weighted = WordEncoder.load(run.files.encoding_folder), bool(run.settings.get("tfidf_weighting"))

    def predict_proba(texts: Sequence[str]) -> np.ndarray:
        input_ids, weights = encoder.encode(texts)
        documents = _documents(input_ids, weights=torch.from_numpy(weights.values) if weighted else None)
        return predict(network, documents, precision=run.precision)

    return predict_proba


def _ngram_predictor(network: nn.Module, run: Run) -> Predict:
    # By name: other models do not depend on it.
    encoder = import_module("textstudy.encode.ngram_encoder").NgramEncoder.load(run.files.encoding_folder)
    return lambda texts: predict(network, _documents(encoder.encode(texts)), precision=run.precision)


def _wordpiece_predictor(network: nn.Module, run: Run) -> Predict:
    tokenizer = WordpieceEncoder.load(run.files.encoding_folder, run.files.encoder_folder)
    return lambda texts: predict(network, _documents(tokenizer.encode(texts)), precision=run.precision)


def _head_predictor(network: nn.Module, run: Run) -> Predict:
    tokenizer = WordpieceEncoder.load(run.files.encoding_folder, run.files.encoder_folder)
    encoder = load_encoder(run.files.encoder_folder)

    def predict_proba(texts: Sequence[str]) -> np.ndarray:
        rows = Ragged.of(tokenizer.encode(texts))
        names = np.arange(len(rows)).astype(str)
        encoding = Encoding(names, names, np.zeros(len(rows), np.int32), rows.offsets, rows.values)
        states = encoder_states(encoder, encoding, windows=tokenizer.windows)
        documents = as_documents(encoding, settings=run.settings, states=states)
        return predict(network, documents, precision=run.precision)

    return predict_proba


def _documents(input_ids: Ragged | Sequence[np.ndarray], **columns: Any) -> Documents:
    """Return new texts as `Documents`; their labels mean nothing."""
    rows = Ragged.of(input_ids)
    return Documents(
        ids=np.arange(len(rows)).astype(str),
        labels=torch.zeros(len(rows), dtype=torch.int64),
        lengths=rows.lengths,
        starts=rows.offsets[:-1],
        tokens=torch.from_numpy(rows.values),
        **columns,
    )
