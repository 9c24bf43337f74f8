"""A run's network and its documents, from the artifacts of its encoding: to train, and to predict with afterwards."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from textstudy.encode.table import Encoding, read_encoding
from textstudy.errors import StudyError
from textstudy.machine.devices import choose_device
from textstudy.storage.files import read_json, read_tensors
from textstudy.train.batches import Documents


def load_documents(
    *,
    settings: Mapping[str, Any],
    encoding_folder: Path | str,
    features_path: Path | str | None = None,
    **_: Path | None,
) -> dict[str, Documents]:
    """Return the documents of train, validation and test as this model's `forward` wants them.

    With `features_path` the rows of the matrix that `settings["pooling"]` means stand for the token ids; the token
    counts still decide the batches, so a head sees the company that the live encoder's documents would keep.
    """
    encoding = read_encoding(Path(encoding_folder) / "encoding.arrow")
    features = None
    if features_path is not None:
        features = pooled(read_tensors(features_path), settings["pooling"])
    everything = as_documents(encoding, settings=settings, features=features)
    return {split: everything.select(encoding.rows(split)) for split in ("train", "validation", "test")}


def as_documents(encoding: Encoding, *, settings: Mapping[str, Any], features: np.ndarray | None = None) -> Documents:
    """Return all documents of an encoding as this model's `forward` wants them; `features` replace the token ids.

    Raises:
        StudyError: the settings ask for TF-IDF weights that the encoding lacks, or `features` has other rows.
    """
    tokens = weights = None
    if features is None:
        tokens = torch.from_numpy(np.array(encoding.input_ids))  # a copy: torch wants no read-only memory
        if settings.get("tfidf_weighting"):
            if encoding.weights is None:
                raise StudyError("the encoding has no TF-IDF weights: tfidf_weighting needs a `words` encoding.")
            weights = torch.from_numpy(np.array(encoding.weights))
    elif len(features) != len(encoding):
        raise StudyError(f"the features have {len(features)} rows for {len(encoding)} documents: rerun `features`.")
    return Documents(
        ids=encoding.ids,
        labels=torch.from_numpy(encoding.label.astype(np.int64)),
        lengths=encoding.lengths,
        starts=encoding.offsets[:-1],
        tokens=tokens,
        weights=weights,
        features=None if features is None else torch.from_numpy(features),
    )


def build_network(
    *,
    settings: Mapping[str, Any],
    classes: int,
    encoding_folder: Path | str,
    features_path: Path | str | None = None,
    glove_path: Path | str | None = None,
    encoder_folder: Path | str | None = None,
) -> nn.Module:
    """Return the untrained network of `textstudy.models.ARCHITECTURE` for this encoding; seed torch before.

    Raises:
        StudyError: there is no such architecture, or its settings do not fit the word vectors or the encoder.
    """
    options: dict[str, Any] = {}
    if features_path is not None:
        options["feature_size"] = pooled(read_tensors(features_path), settings["pooling"]).shape[1]
    elif encoder_folder is not None:
        encoders = import_module("textstudy.encode.encoders")
        dropout = settings.get("attention_dropout")
        options["encoder"] = encoders.load_encoder(encoder_folder, attention_dropout=dropout)
    else:
        options["vocabulary_size"] = read_json(Path(encoding_folder) / "encoding.json")["vocabulary_size"]
        if glove_path is not None:
            options["embedding"] = torch.from_numpy(read_tensors(glove_path)["embedding"])
    try:
        return _module(settings["architecture"]).build(settings, classes=classes, **options)
    except ValueError as error:
        raise StudyError(f"this {settings['architecture']} model cannot be built: {error}.") from error


def load_network(folder: Path | str, **options: Any) -> nn.Module:
    """Return the trained network of a run's `folder`, ready to predict; `options` as for `build_network`."""
    model = build_network(**options).to(choose_device())
    weights = read_tensors(Path(folder) / "weights.safetensors")
    model.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
    return model.eval()


def _module(architecture: str) -> Any:
    name = f"textstudy.models.{architecture}"
    try:
        # By name and only here: a run depends on the code of its own model, not on that of its neighbours.
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise StudyError(f"there is no architecture {architecture!r}: models/{architecture}.py is missing.") from error


def encoder_parameters(features_path: Path | str, pooling: str) -> int:
    """Return the size of the encoder behind cached states: part of the model, though it is not loaded.

    A pooler counts only where `pooling` means it, as in a model that holds its encoder.
    """
    described = read_json(Path(features_path).with_suffix(".json"))
    return described["parameters"] - (0 if pooling in ("auto", "pooler") else described["pooler_parameters"])


def pooled(states: Mapping[str, np.ndarray], pooling: str) -> np.ndarray:
    """Return the cached states (documents, hidden) that a pooling means; auto: the pooler's, else those of [CLS].

    Raises:
        StudyError: the encoder has no such states.
    """
    if pooling == "auto":
        pooling = "pooler" if "pooler" in states else "cls"
    if pooling not in states:
        raise StudyError(f"the encoder has no {pooling!r} states, only {', '.join(sorted(states))}: change `pooling`.")
    return states[pooling]
