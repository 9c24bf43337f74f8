"""A trial: a model trained with fewer documents or other settings, of which the predictions alone are kept."""

import logging
from collections.abc import Sequence, Set
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from textstudy.errors import StudyError
from textstudy.runs import Run, read_run
from textstudy.storage.files import read_json
from textstudy.storage.tables import predictions_table

logger = logging.getLogger(__name__)


def run_trial(
    run: Run, split: pd.DataFrame, *, parts: Sequence[str], checkpoint_root: Path
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Train a run and return its PREDICTIONS for the splits `parts`, and what is recorded of it.

    The record has `documents` (of the training split that it learned from), `of` (those that there are), `skipped` (why
    there was nothing to learn, or why the training failed with all documents, by its settings; there are no predictions
    then) and the contents of training.json as `training`.

    Args:
        run: its folder is left with the files of the training, to be thrown away.
        split: the SPLIT table of the preparation.
    """
    train = split[split["split"] == "train"]
    kept = train[~train["id"].isin(run.left_out)]
    record = {"documents": len(kept), "of": len(train), "skipped": None, "training": None}
    none = predictions_table([], "test", np.zeros(0), np.zeros((0, 1)))
    missing = set(train["label"]) - set(kept["label"])
    if missing:
        return none, record | {"skipped": f"it has no document of {_some(missing)}"}
    try:
        _train(run, split, checkpoint_root)
    except StudyError as error:
        if run.left_out:
            raise
        logger.warning("these settings failed: %s", error)  # which is what a search learns of them
        return none, record | {"skipped": str(error).partition(":")[0]}
    trained = read_run(run.files)
    record["training"] = read_json(run.files.folder / "training.json")
    return _predict(trained, split, parts), record


def _train(run: Run, split: pd.DataFrame, checkpoint_root: Path) -> None:
    learner = run.facts.learner
    trainer = import_module(f"textstudy.train.{learner}")  # a model without torch does not import it
    if learner == "linear":
        trainer.train_linear(run, split)
    elif learner == "neighbours":
        trainer.train_neighbours(run)
    elif learner == "kernel":
        trainer.train_kernel(run)
    elif learner == "network":
        trainer.train_network(run, checkpoint_root=checkpoint_root)
    else:
        raise StudyError(f"there are no trials of models that learn like {learner!r}.")


def _predict(run: Run, split: pd.DataFrame, parts: Sequence[str]) -> pd.DataFrame:
    """Return PREDICTIONS, from what was encoded for the training where the model reads no texts."""
    numbers = {name: index for index, name in enumerate(run.labels)}
    if run.facts.uses_torch:
        found = import_module("textstudy.train.held_out").predict_parts(run, parts)
    else:
        model = import_module(f"textstudy.models.{run.settings['architecture']}").load(run.files.folder)
        texts = {part: split[split["split"] == part] for part in parts}
        found = {
            part: (rows["id"].tolist(), model.predict_proba(rows["text"].tolist())) for part, rows in texts.items()
        }
    labels = split.set_index("id")["label"].map(numbers)
    tables = [
        predictions_table(ids, part, labels.loc[ids].to_numpy(), probabilities)
        for part, (ids, probabilities) in found.items()
    ]
    return pd.concat(tables, ignore_index=True)


def _some(labels: Set[str], shown: int = 3) -> str:
    names = sorted(labels)
    return ", ".join(names[:shown]) + (f" and {len(names) - shown} more labels" if len(names) > shown else "")
