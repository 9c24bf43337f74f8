"""One run of an ensemble: from its members' prediction files to the same folder of files that any other run leaves."""

import hashlib
import json
import logging
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from textstudy.errors import StudyError
from textstudy.machine.energy import EnergyMeter
from textstudy.machine.memory import peak_memory_mb
from textstudy.machine.threads import limited_threads
from textstudy.storage.files import read_json, read_tensors, sha256, write_json, write_tensors
from textstudy.storage.tables import HELD_OUT, PREDICTIONS, SPLITS, read_table
from textstudy.train.alignment import Aligned, align
from textstudy.train.combiners import METHODS, Arrays, Fitted, stratified_folds

logger = logging.getLogger(__name__)
Fit = Callable[..., Fitted]
Combine = Callable[[Arrays, np.ndarray], np.ndarray]


def train_ensemble(
    members: Mapping[str, Path],
    *,
    settings: Mapping[str, Any],
    labels: Sequence[str],
    seed: int,
    folder: Path,
    code_digest: str,
    checkpoint_root: Path,
) -> pd.DataFrame:
    """Fit an ensemble, write its weights, history, settings and cost to `folder`, and return its PREDICTIONS.

    With `fitted_on: validation` it learns from documents that its members were not trained on. Each validation
    document is then predicted by a fit on four fifths of the others, and the test split by a fit on all of them.
    With `fitted_on: train` it learns from what the members say about their own training documents, and that one fit
    predicts validation and test: what this costs is worth a measurement. No label of the test split is used.

    Args:
        members: name → predictions.parquet; its folder holds the member's training.json too.
        settings: method (average, pool, stacked, learned), fitted_on, and what the method reads.
        labels: class names by index.
        seed: decides the folds, and what `learned` draws.
        checkpoint_root: where `learned` keeps its checkpoints until the results are written.

    Raises:
        StudyError: the members' files do not fit together, or lack the documents to fit on.
    """
    tables = {name: read_table(path, PREDICTIONS) for name, path in members.items()}
    learns = settings["method"] != "average"
    on_train = learns and settings["fitted_on"] == "train"
    if on_train:
        _refuse_without_training_documents(tables)
    documents = align(tables, splits=SPLITS if on_train else HELD_OUT)
    described = _identity(members, settings=dict(settings), seed=seed, code=code_digest)
    checkpoints = checkpoint_root / hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()
    fit_method, combine = method(settings["method"])
    options = {"members": list(members), "classes": list(labels), "settings": settings, "seed": seed}

    def fit(probabilities: np.ndarray, targets: np.ndarray, name: str) -> Fitted:
        return fit_method(probabilities, targets, checkpoint_folder=checkpoints / name, **options)

    start, meter = time.monotonic(), EnergyMeter()
    with limited_threads(1):  # the same bits on any number of cores
        known = documents.of("train" if on_train else "validation")
        fitted = fit(known.probabilities, known.labels, "whole")
        joined = combine(fitted.arrays, documents.probabilities)
        if learns and not on_train:
            folds = stratified_folds(known.labels, seed=seed)
            joined[documents.split == "validation"] = cross_fit(fit, combine, known, folds=folds)
    seconds, energy = time.monotonic() - start, meter.lap()
    logger.info("fitted %s on %d documents in %.1f s %s", settings["method"], len(known.ids), seconds, fitted.chosen)
    training = _training(fitted, members, seconds=seconds, energy=energy)
    _write(folder, fitted, described | {"labels": list(labels)}, training)
    shutil.rmtree(checkpoints, ignore_errors=True)
    first = next(iter(tables.values()))
    return _predictions(first[first["split"].isin(HELD_OUT)], documents, joined)


def apply_ensemble(
    base_folder: Path, members: Mapping[str, Path], *, seed: int, folder: Path, code_digest: str
) -> pd.DataFrame:
    """Apply a fitted ensemble to its members after they were refitted on more data; as `train_ensemble` otherwise.

    Nothing is fitted. The refitted members have learned from the validation documents, so the predictions for these
    are those of the base; only the test split is predicted anew.

    Args:
        base_folder: folder of the ensemble's run, with its predictions.parquet.
        members: name → predictions.parquet of each refitted member, in the order of the base's own members.

    Raises:
        StudyError: the members are not as many as the base's, or predict other test documents.
    """
    base, base_training = (read_json(base_folder / f"{name}.json") for name in ("settings", "training"))
    if len(members) != len(base["members"]):
        raise StudyError(
            f"the ensemble in {base_folder} joins {', '.join(base['members'])}, which are {len(base['members'])} "
            f"members, but is applied to {len(members)}: give it a refit of each."
        )
    start, meter = time.monotonic(), EnergyMeter()
    before = read_table(base_folder / "predictions.parquet", PREDICTIONS)
    tables = {name: read_table(path, PREDICTIONS) for name, path in members.items()}
    test = align({"base": before, **tables}, splits=["test"])
    arrays = read_tensors(base_folder / "weights.safetensors")
    combine = method(base["settings"]["method"])[1]
    with limited_threads(1):
        joined = combine(arrays, test.probabilities[1:])  # the base stands first
    parameters = base_training["parameters"]["total"]
    fitted = Fitted(arrays, parameters=parameters, chosen=base_training["chosen"])
    described = _identity(members, settings=base["settings"], seed=seed, code=code_digest)
    described["data"]["base"] = sha256(base_folder / "weights.safetensors")
    training = _training(fitted, members, seconds=time.monotonic() - start, energy=meter.lap())
    _write(folder, fitted, described | {"labels": base["labels"]}, training)
    anew = _predictions(before[before["split"] == "test"], test, joined)
    return pd.concat([before[before["split"] == "validation"], anew], ignore_index=True)


def method(name: str) -> tuple[Fit, Combine]:
    """Return how a method is fitted and how it is applied."""
    if name == "learned":
        # By name: the other methods need no torch, and are not stale when the training of networks changes.
        network = import_module("textstudy.train.meta_model")
        return network.fit_network, network.combine
    return METHODS[name]


def cross_fit(fit: Fit, combine: Combine, documents: Aligned, *, folds: np.ndarray) -> np.ndarray:
    """Return the probabilities (documents, classes) float32 of each document by a fit on the other folds.

    Args:
        fit: called with probabilities, labels and a name for what it keeps on disk.
        folds: (documents,) number of each document's fold.
    """
    joined = np.empty(documents.probabilities.shape[1:], dtype=np.float32)
    for fold in np.unique(folds):
        held = folds == fold
        fitted = fit(documents.probabilities[:, ~held], documents.labels[~held], f"fold-{fold}")
        joined[held] = combine(fitted.arrays, documents.probabilities[:, held])
    return joined


def shared_labels(members: Mapping[str, Path]) -> list[str]:
    """Return the class names by index, which the settings.json beside each member's predictions must agree on.

    Raises:
        StudyError: they do not.
    """
    labels = {name: read_json(path.parent / "settings.json")["labels"] for name, path in members.items()}
    first = next(iter(labels))
    for name, found in labels.items():
        if found != labels[first]:
            raise StudyError(
                f"ensemble member {name!r} has the labels {found}, unlike {first!r} with {labels[first]}: "
                "join models of one preparation, and rerun the older one."
            )
    return labels[first]


def _refuse_without_training_documents(tables: Mapping[str, pd.DataFrame]) -> None:
    lacking = [name for name, table in tables.items() if not (table["split"] == "train").any()]
    if lacking:
        raise StudyError(
            f"the predictions of {', '.join(lacking)} hold no training documents, which an ensemble with fitted_on "
            "train learns from: rerun their evaluation with the training split, or set fitted_on to validation."
        )


def _identity(members: Mapping[str, Path], **described: Any) -> dict[str, Any]:
    """Return what decides the numbers of the run."""
    return {"members": list(members), "data": {name: sha256(path) for name, path in members.items()}, **described}


def _predictions(rows: pd.DataFrame, documents: Aligned, joined: np.ndarray) -> pd.DataFrame:
    """Return PREDICTIONS with the documents of `rows`, in their order."""
    joined = joined[pd.Index(documents.ids).get_indexer(rows["id"])]
    predicted = joined.argmax(axis=1).astype("int32")
    return rows.assign(predicted=predicted, probabilities=list(joined)).reset_index(drop=True)


def _training(
    fitted: Fitted, members: Mapping[str, Path], *, seconds: float, energy: Mapping[str, float]
) -> dict[str, Any]:
    sizes = {name: read_json(path.parent / "training.json")["parameters"]["total"] for name, path in members.items()}
    return {
        "best_epoch": fitted.best_epoch,
        "chosen": fitted.chosen,
        "device": "cpu",
        "diagnosis": fitted.diagnosis,
        "energy_joules": dict(energy),
        "epoch_seconds": fitted.epoch_seconds,
        "members": sizes,
        "parameters": {"total": fitted.parameters, "trainable": fitted.parameters, "frozen": 0},
        "peak_memory_mb": peak_memory_mb(),
        "precision": fitted.precision,
        "seconds": seconds,
    }


def _write(folder: Path, fitted: Fitted, described: Mapping[str, Any], training: Mapping[str, Any]) -> None:
    write_tensors(folder / "weights.safetensors", fitted.arrays)
    write_json(folder / "history.json", fitted.history)
    write_json(folder / "settings.json", described)
    write_json(folder / "training.json", training)
