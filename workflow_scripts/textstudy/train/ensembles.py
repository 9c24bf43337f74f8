"""Training of an ensemble: from its members' prediction files to the same files that any other run leaves."""

import hashlib
import json
import logging
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from textstudy.errors import StudyError
from textstudy.machine.stopwatch import Lap, Stopwatch
from textstudy.machine.threads import limited_threads
from textstudy.runs import Run, training_record, write_run
from textstudy.storage.files import read_json, read_tensors, sha256
from textstudy.storage.tables import HELD_OUT, PREDICTIONS, SPLITS, read_table
from textstudy.train.alignment import Aligned, align
from textstudy.train.combiners import Combine, Fit, Fitted, method, stratified_folds

logger = logging.getLogger(__name__)


def train_ensemble(
    run: Run, members: Mapping[str, Path], *, labels: Sequence[str], checkpoint_root: Path
) -> pd.DataFrame:
    """Fit an ensemble, write its weights, history, settings and cost, and return its PREDICTIONS.

    With `fitted_on: validation` it learns from documents that its members were not trained on. Each validation
    document is then predicted by a fit on four fifths of the others, and the test split by a fit on all of them.
    With `fitted_on: train` it learns from what the members predict for their own training documents, and that one fit
    predicts validation and test; a study may measure what this costs. No label of the test split is used.

    Args:
        run: its seed decides the folds, and the random numbers of `learned`.
        members: name → predictions.parquet; its folder holds the member's training.json too.
        labels: class names by index.
        checkpoint_root: where `learned` keeps its checkpoints until the results are written.

    Raises:
        StudyError: the members' files do not fit together, or lack the documents to fit on.
    """
    settings, tables = run.settings, {name: read_table(path, PREDICTIONS) for name, path in members.items()}
    name = method_name(settings)
    learns = name != "average"
    on_train = learns and settings.get("fitted_on") == "train"
    if on_train:
        _check_training_documents(tables)
    documents = align(tables, splits=SPLITS if on_train else HELD_OUT)
    data = {name: sha256(path) for name, path in members.items()}
    identity = {"members": list(members), "data": data, "settings": settings, "seed": run.seed, "code": run.code}
    checkpoints = checkpoint_root / hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()
    fit_method, combine = method(name)
    options = {"members": list(members), "classes": list(labels), "settings": settings, "seed": run.seed}

    def fit(probabilities: np.ndarray, targets: np.ndarray, name: str) -> Fitted:
        return fit_method(probabilities, targets, checkpoint_folder=checkpoints / name, **options)

    stopwatch = Stopwatch()
    with limited_threads(1):  # the same bits on any number of cores
        known = documents.of("train" if on_train else "validation")
        fitted = fit(known.probabilities, known.labels, "whole")
        probabilities = combine(fitted.arrays, documents.probabilities)
        if learns and not on_train:
            folds = stratified_folds(known.labels, seed=run.seed)
            probabilities[documents.split == "validation"] = cross_fit(fit, combine, known, folds=folds)
    lap = stopwatch.lap()
    fitted = _asked(name, fitted, documents.of("test").probabilities, members)
    logger.info("fitted %s on %d documents in %.1f s %s", name, len(known.ids), lap.seconds, fitted.chosen)
    _write(replace(run, labels=labels), fitted, members, data, lap, stopwatch.load())
    shutil.rmtree(checkpoints, ignore_errors=True)
    first = next(iter(tables.values()))
    return _predictions(first[first["split"].isin(HELD_OUT)], documents, probabilities)


def apply_ensemble(run: Run, members: Mapping[str, Path]) -> pd.DataFrame:
    """Apply the fitted ensemble `run.base` to its members after they were refitted on more data.

    Nothing is fitted. The refitted members have learned from the validation documents, so the predictions for these
    are those of the base; only the test split is predicted again.

    Args:
        members: name → predictions.parquet of each refitted member, in the order of the base's own members.

    Returns:
        PREDICTIONS; the other files are written as by `train_ensemble`.

    Raises:
        StudyError: the members are not as many as the base's, or predict other test documents.
    """
    base, base_training = (read_json(run.base / f"{name}.json") for name in ("settings", "training"))
    if len(members) != len(base["members"]):
        raise StudyError(
            f"the ensemble in {run.base} joins {', '.join(base['members'])}, which are {len(base['members'])} "
            f"members, but is applied to {len(members)}: give it a refit of each."
        )
    stopwatch = Stopwatch()
    before = read_table(run.base / "combined.parquet", PREDICTIONS)
    tables = {name: read_table(path, PREDICTIONS) for name, path in members.items()}
    test = align({"base": before, **tables}, splits=["test"])
    arrays = read_tensors(run.base / "weights.safetensors")
    name = method_name(base["settings"])
    combine = method(name)[1]
    with limited_threads(1):
        probabilities = combine(arrays, test.probabilities[1:])  # the base is first
    fitted = Fitted(arrays, parameters=base_training["parameters"]["total"], chosen=base_training["chosen"])
    fitted = _asked(name, fitted, test.probabilities[1:], members)
    data = {name: sha256(path) for name, path in members.items()} | {"base": sha256(run.base / "weights.safetensors")}
    _write(replace(run, labels=base["labels"]), fitted, members, data, stopwatch.lap(), stopwatch.load())
    again = _predictions(before[before["split"] == "test"], test, probabilities)
    return pd.concat([before[before["split"] == "validation"], again], ignore_index=True)


def method_name(settings: Mapping[str, Any]) -> str:
    """Return the method by which a model joins its members; a cascade is a method of its own."""
    return settings.get("method", settings["architecture"])


def _asked(name: str, fitted: Fitted, test: np.ndarray, members: Mapping[str, Path]) -> Fitted:
    """Return what was fitted, of a cascade with the share of the test documents that each member is asked about."""
    if name != "cascade":
        return fitted
    shares = import_module("textstudy.train.cascades").asked_shares(fitted.arrays, test, list(members))
    return replace(fitted, chosen={**fitted.chosen, "asked": shares})


def cross_fit(fit: Fit, combine: Combine, documents: Aligned, *, folds: np.ndarray) -> np.ndarray:
    """Return the probabilities (documents, classes) float32 of each document by a fit on the other folds.

    Args:
        fit: called with probabilities, labels and a name for what it keeps on disk.
        folds: (documents,) number of each document's fold.
    """
    probabilities = np.empty(documents.probabilities.shape[1:], dtype=np.float32)
    for fold in np.unique(folds):
        held_out = folds == fold
        fitted = fit(documents.probabilities[:, ~held_out], documents.labels[~held_out], f"fold-{fold}")
        probabilities[held_out] = combine(fitted.arrays, documents.probabilities[:, held_out])
    return probabilities


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


def _check_training_documents(tables: Mapping[str, pd.DataFrame]) -> None:
    lacking = [name for name, table in tables.items() if not (table["split"] == "train").any()]
    if lacking:
        raise StudyError(
            f"the predictions of {', '.join(lacking)} hold no training documents, which an ensemble with fitted_on "
            "train learns from: rerun their evaluation with the training split, or set fitted_on to validation."
        )


def _predictions(rows: pd.DataFrame, documents: Aligned, probabilities: np.ndarray) -> pd.DataFrame:
    """Return PREDICTIONS with the documents of `rows`, in their order."""
    probabilities = probabilities[pd.Index(documents.ids).get_indexer(rows["id"])]
    predicted = probabilities.argmax(axis=1).astype("int32")
    return rows.assign(predicted=predicted, probabilities=list(probabilities)).reset_index(drop=True)


def _write(run: Run, fitted: Fitted, members: Mapping[str, Path], data: Mapping[str, str], lap: Lap, load: Any) -> None:
    """Write the files of the run; `data` are the digests of what it was fitted on."""
    sizes = {name: read_json(path.parent / "training.json")["parameters"]["total"] for name, path in members.items()}
    training: dict[str, Any] = training_record(
        parameters={"total": fitted.parameters, "trainable": fitted.parameters, "frozen": 0},
        lap=lap,
        load_average=load,
        best_epoch=fitted.best_epoch,
        chosen=fitted.chosen,
        diagnosis=fitted.diagnosis,
        epoch_seconds=fitted.epoch_seconds,
        members=sizes,
        precision=fitted.precision,
    )
    write_run(
        run, training=training, weights=fitted.arrays, history=fitted.history, members=list(members), data=dict(data)
    )
