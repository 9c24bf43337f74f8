"""The network and the documents of a run, from the files that it is made from: to train, and to predict with."""

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import nn

from textstudy.encode.table import Encoding, read_encoding
from textstudy.errors import StudyError
from textstudy.machine.devices import choose_device
from textstudy.models.dropout import replace_dropout
from textstudy.ragged import Ragged
from textstudy.runs import Run, RunFiles
from textstudy.storage.files import read_json, read_tensors
from textstudy.train.documents import Documents


def load_documents(settings: Mapping[str, Any], files: RunFiles) -> dict[str, Documents]:
    """Return the documents of train, validation and test as this model's `forward` takes them.

    Where there are cached states, the rows that `settings["pooling"]` means replace the token ids. The numbers of
    tokens still decide the batches, so a head sees the same batches as with the encoder in the network.
    """
    encoding = read_encoding(files.encoding_folder / "encoding.arrow")
    states = read_tensors(files.features_path) if files.features_path else None
    everything = as_documents(encoding, settings=settings, states=states)
    return {split: everything.select(encoding.rows(split)) for split in ("train", "validation", "test")}


def as_documents(
    encoding: Encoding, *, settings: Mapping[str, Any], states: Mapping[str, np.ndarray] | None = None
) -> Documents:
    """Return all documents of an encoding as this model's `forward` takes them; cached states replace the token ids.

    Raises:
        StudyError: the settings ask for TF-IDF weights that the encoding lacks, or the states have other rows.
    """
    tokens = weights = features = windows = None
    if states is None:
        tokens = torch.from_numpy(np.array(encoding.input_ids))  # a copy: torch needs writable memory
        if settings.get("tfidf_weighting"):
            if encoding.weights is None:
                raise StudyError("the encoding has no TF-IDF weights: tfidf_weighting needs a `words` encoding.")
            weights = torch.from_numpy(np.array(encoding.weights))
    else:
        features = torch.from_numpy(pool_states(states, settings["pooling"]))
        if "windows" in states:
            windows = Ragged(np.arange(len(features)), states["windows"])
        rows = len(features if windows is None else windows)
        if rows != len(encoding):
            raise StudyError(f"the features have {rows} rows for {len(encoding)} documents: rerun `features`.")
    return Documents(
        ids=encoding.ids,
        labels=torch.from_numpy(encoding.label.astype(np.int64)),
        lengths=encoding.lengths,
        starts=encoding.offsets[:-1],
        tokens=tokens,
        weights=weights,
        features=features,
        windows=windows,
    )


def build_network(settings: Mapping[str, Any], files: RunFiles, *, classes: int) -> nn.Module:
    """Return the untrained network of `textstudy.models.ARCHITECTURE` for these files; seed torch before.

    It reads cached states where there are `features_path`, token ids through an encoder where there is an
    `encoder_folder`, and else token ids through a table of word vectors.

    Raises:
        StudyError: there is no such architecture, or its settings do not fit the word vectors or the encoder.
    """
    options: dict[str, Any] = {}
    described = read_json(files.encoding_folder / "encoding.json")
    if described.get("windows"):
        options["window"] = described["windows"]["size"]
    if files.features_path is not None:
        options["feature_size"] = pool_states(read_tensors(files.features_path), settings["pooling"]).shape[1]
    elif files.encoder_folder is not None:
        encoders = import_module("textstudy.encode.encoders")
        dropout = settings.get("attention_dropout")
        options["encoder"] = encoders.load_encoder(files.encoder_folder, attention_dropout=dropout)
    else:
        options["vocabulary_size"] = described["vocabulary_size"]
        if files.vectors_path is not None:
            options["embedding"] = torch.from_numpy(read_tensors(files.vectors_path)["embedding"])
    try:
        return replace_dropout(_import_model(settings["architecture"]).build(settings, classes=classes, **options))
    except ValueError as error:
        raise StudyError(f"this {settings['architecture']} model cannot be built: {error}.") from error


def load_network(run: Run) -> nn.Module:
    """Return the trained network of a run, ready to predict."""
    model = build_network(run.settings, run.network_files, classes=len(run.labels)).to(choose_device())
    model.load_state_dict(read_weights(run.files.folder))
    return model.eval()


def load_whole_network(run: Run) -> nn.Module:
    """Return the trained network of a run with its encoder: also where the head alone was trained, on cached states."""
    if not run.head_alone:
        return load_network(run)
    model = build_network(run.settings, replace(run.files, features_path=None), classes=len(run.labels))
    model.head.load_state_dict(read_weights(run.files.folder))
    return model.to(choose_device()).eval()


def read_weights(folder: Path) -> dict[str, torch.Tensor]:
    """Return the trained weights in the folder of a run."""
    weights = read_tensors(folder / "weights.safetensors")
    return {name: torch.from_numpy(value) for name, value in weights.items()}


def _import_model(architecture: str) -> ModuleType:
    name = f"textstudy.models.{architecture}"
    try:
        # By name and only here: a run depends on the code of its own model, not on that of other models.
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise StudyError(f"there is no architecture {architecture!r}: models/{architecture}.py is missing.") from error


def encoder_parameters(features_path: Path, pooling: str) -> int:
    """Return the size of the encoder behind cached states: part of the model, though it is not loaded.

    A pooler counts only where `pooling` means it, as in a model that holds its encoder.
    """
    described = read_json(features_path.with_suffix(".json"))
    return described["parameters"] - (0 if pooling in ("auto", "pooler") else described["pooler_parameters"])


def pool_states(states: Mapping[str, np.ndarray], pooling: str) -> np.ndarray:
    """Return the cached states that a pooling means; auto: the pooler's, else those of [CLS].

    They are (documents, hidden), or (windows, hidden) with `windows`, (documents + 1,), where documents begin.

    Raises:
        StudyError: the encoder has no such states.
    """
    if pooling == "auto":
        pooling = "pooler" if "pooler" in states else "cls"
    if pooling not in states:
        known = ", ".join(sorted(states.keys() - {"windows"}))
        raise StudyError(f"the encoder has no {pooling!r} states, only {known}: change `pooling`.")
    return states[pooling]
