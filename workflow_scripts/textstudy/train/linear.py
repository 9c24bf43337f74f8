"""One run of a linear model: from the split texts to the same folder of files that a network leaves."""

import logging
import time
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from textstudy.errors import StudyError
from textstudy.machine.energy import EnergyMeter
from textstudy.train.without_epochs import write_run

logger = logging.getLogger(__name__)


def train_linear(
    split: pd.DataFrame,
    settings: Mapping[str, Any],
    *,
    seed: int,
    folder: Path,
    code_digest: str,
    base: Path | None = None,
) -> None:
    """Fit a linear model on the training split and write its weights, settings and cost to `folder`.

    Regularisation and the scale of the probabilities are chosen on validation; the test split is not read. With
    `base`, the folder of such a run, both are that run's and the model is fitted on training and validation together.
    """
    train, validation = (split[split["split"] == part] for part in ("train", "validation"))
    classifier = import_module("textstudy.models.linear").LinearTextClassifier
    model = classifier(settings)
    start, meter = time.monotonic(), EnergyMeter()
    if base is None:
        try:
            model.fit(train["text"], train["label"], validation["text"], validation["label"])
        except ValueError as error:  # of scikit-learn, where no n-gram is left
            raise StudyError(f"a linear model finds nothing to learn from here ({error}): leave it out.") from error
    else:
        both = pd.concat([train, validation])
        model.refit(both["text"], both["label"], like=classifier.load(base))
    seconds, energy = time.monotonic() - start, meter.lap()
    logger.info("fitted in %.1f s, regularisation %s", seconds, model.regularization_)
    model.save(folder)
    parameters = int(model.coefficients_.size + model.intercept_.size)
    write_run(
        folder,
        settings=settings,
        seed=seed,
        code_digest=code_digest,
        labels=list(model.classes_),
        chosen={"regularization": model.regularization_},
        parameters={"total": parameters, "trainable": parameters, "frozen": 0},
        seconds=seconds,
        energy=energy,
    )
