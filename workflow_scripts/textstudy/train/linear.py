"""Training of a linear model: from the split texts to the same files that a network leaves."""

import logging
from dataclasses import replace
from importlib import import_module

import pandas as pd

from textstudy.errors import StudyError
from textstudy.machine.memory import release_memory
from textstudy.machine.stopwatch import Stopwatch
from textstudy.runs import Run, training_record, write_run

logger = logging.getLogger(__name__)


def train_linear(run: Run, split: pd.DataFrame) -> None:
    """Fit a linear model on the training split and write its weights, vocabulary, settings and cost.

    Regularisation and the scale of the probabilities are chosen on validation; the test split is not read. With
    `run.base` both are that run's, and the model is fitted on training and validation documents together.

    Args:
        split: the SPLIT table of the preparation; ids are read only where documents are left out.

    Raises:
        StudyError: there is no word to learn from.
    """
    train, validation = (split[split["split"] == part] for part in ("train", "validation"))
    if run.left_out:
        train = train[~train["id"].isin(run.left_out)]
    del split
    release_memory()  # of a million documents the table is more than a gigabyte
    linear = import_module("textstudy.models.linear")
    model, stopwatch = linear.LinearTextClassifier(run.settings), Stopwatch()
    if run.base is None:
        try:
            model.fit(train["text"], train["label"], validation["text"], validation["label"])
        except ValueError as error:  # of scikit-learn, where no n-gram is left
            raise StudyError(f"a linear model finds nothing to learn from here ({error}): leave it out.") from error
    else:
        both = pd.concat([train, validation])
        model.refit(both["text"], both["label"], like=linear.load(run.base))
    lap = stopwatch.lap()
    logger.info("fitted in %.1f s, regularisation %s", lap.seconds, model.regularization_)
    model.save(run.files.folder)
    size = int(model.coefficients_.size + model.intercept_.size)
    training = training_record(
        parameters={"total": size, "trainable": size, "frozen": 0},
        lap=lap,
        load_average=stopwatch.load(),
        chosen={"regularization": model.regularization_},
        tried=[
            {"changes": {"regularization": value}, "validation_accuracy": accuracy}
            for value, accuracy in model.tried_.items()
        ],
    )
    write_run(replace(run, labels=model.classes_.tolist()), training=training)
