"""One run of a network: from the artifacts of its encoding to a folder with weights, history and settings."""

import hashlib
import importlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from textstudy.encode.table import Encoding, read_encoding
from textstudy.errors import StudyError
from textstudy.files import read_json, read_tensors, sha256, write_json, write_tensors
from textstudy.models.parameters import count_parameters
from textstudy.train.batches import Documents
from textstudy.train.loop import FitResult, fit


def train_network(
    *,
    architecture: str,
    settings: Mapping[str, Any],
    encoding_folder: Path | str,
    features_path: Path | str | None,
    glove_path: Path | str | None,
    seed: int,
    folder: Path | str,
    checkpoint_root: Path | str,
    code_digest: str,
) -> None:
    """Train one model with one seed and write weights.safetensors, history.json, settings.json, training.json.

    Same inputs, seed and number of threads give the same bits, however often the run was killed on its way.

    Args:
        architecture: name of the module in `textstudy.models`.
        settings: resolved settings of the model, `training` among them.
        features_path: cached states of a frozen encoder, instead of token ids.
        glove_path: embedding matrix for `embeddings: glove`.
        folder: where the results go.
        checkpoint_root: where the checkpoint stands until the results are written.
        code_digest: digest of the code that decides the numbers.

    Raises:
        StudyError: an artifact is missing or does not fit, or training diverged.
    """
    folder, settings = Path(folder), dict(settings)
    data = {"encoding": Path(encoding_folder) / "encoding.arrow", "features": features_path, "glove": glove_path}
    digests = {name: sha256(path) for name, path in data.items() if path is not None}
    device = _make_deterministic()
    identity = {
        "architecture": architecture,
        "settings": settings,
        "seed": seed,
        "data": digests,
        "code": code_digest,
    }
    digest = hashlib.sha256(json.dumps([identity, device.type], sort_keys=True).encode()).hexdigest()
    checkpoint_folder = Path(checkpoint_root) / digest

    labels = read_json(Path(encoding_folder) / "encoding.json")["labels"]
    documents = load_documents(encoding_folder, settings=settings, features_path=features_path)
    torch.manual_seed(seed)
    sizes = {"encoding_folder": encoding_folder, "features_path": features_path, "glove_path": glove_path}
    model = build_network(architecture=architecture, settings=settings, classes=len(labels), **sizes).to(device)
    result = fit(
        model,
        documents["train"],
        documents["validation"],
        settings=settings["training"],
        classes=labels,
        seed=seed,
        checkpoint_folder=checkpoint_folder,
    )
    write_tensors(folder / "weights.safetensors", result.best_state)
    write_json(folder / "history.json", result.history)
    write_json(folder / "settings.json", {**identity, "labels": labels, "threads": torch.get_num_threads()})
    write_json(folder / "training.json", _training(result, model, device, features_path))
    shutil.rmtree(checkpoint_folder, ignore_errors=True)


def load_documents(
    encoding_folder: Path | str, *, settings: Mapping[str, Any], features_path: Path | str | None = None
) -> dict[str, Documents]:
    """Return the documents of train, validation and test as this model's `forward` wants them.

    With `features_path` the rows of the matrix that `settings["pooling"]` names stand for the token ids; the token
    counts still decide the batches, so a head sees the company that the live encoder's documents would keep.
    """
    encoding = read_encoding(Path(encoding_folder) / "encoding.arrow")
    features = None
    if features_path is not None:
        features = _features(features_path, settings["pooling"])
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
    architecture: str,
    settings: Mapping[str, Any],
    classes: int,
    encoding_folder: Path | str,
    features_path: Path | str | None = None,
    glove_path: Path | str | None = None,
) -> nn.Module:
    """Return the untrained network of `textstudy.models.ARCHITECTURE` for this encoding; seed torch before."""
    if features_path is not None:
        size = _features(features_path, settings["pooling"]).shape[1]
        return _module(architecture).build(settings, classes=classes, feature_size=size)
    vocabulary_size = read_json(Path(encoding_folder) / "encoding.json")["vocabulary_size"]
    embedding: Tensor | None = None
    if glove_path is not None:
        embedding = torch.from_numpy(read_tensors(glove_path)["embedding"])
    options = {"vocabulary_size": vocabulary_size, "embedding": embedding}
    return _module(architecture).build(settings, classes=classes, **options)


def load_network(folder: Path | str, **options: Any) -> nn.Module:
    """Return the trained network of a run's `folder`, ready to predict; `options` as for `build_network`."""
    model = build_network(**options)
    weights = read_tensors(Path(folder) / "weights.safetensors")
    model.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
    return model.eval()


def _module(architecture: str) -> Any:
    name = f"textstudy.models.{architecture}"
    try:
        # By name and only here: a run depends on the code of its own model, not on that of its neighbours.
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise StudyError(f"there is no architecture {architecture!r}: models/{architecture}.py is missing.") from error


def _features(path: Path | str, pooling: str) -> np.ndarray:
    states = read_tensors(path)
    if pooling not in states:
        raise StudyError(f"{path} has no {pooling!r} states, only {', '.join(sorted(states))}: change `pooling`.")
    return states[pooling]


def _make_deterministic() -> torch.device:
    """Ask torch for the same bits each time, where it can; return the device to train on."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # what cuBLAS wants for it, before its first call
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # a debugging aid that costs time
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def _training(
    result: FitResult, model: nn.Module, device: torch.device, features_path: Path | str | None
) -> dict[str, Any]:
    parameters = count_parameters(model)
    if features_path is not None:  # the encoder behind the states is part of the model, though it is not loaded here
        encoder = read_json(Path(features_path).with_suffix(".json")).get("parameters", 0)
        parameters |= {name: parameters[name] + encoder for name in ("total", "frozen")}
    training = {
        "best_epoch": result.best_epoch,
        "device": device.type,
        "diagnosis": result.diagnosis,
        "epoch_seconds": result.epoch_seconds,
        "parameters": parameters,
        "peak_memory_mb": result.peak_memory_mb,
        "precision": "float32",
        "seconds": result.seconds,
    }
    if device.type == "cuda":
        training["peak_device_memory_mb"] = round(torch.cuda.max_memory_allocated(device) / 1e6, 1)
    return training
