"""From texts to probabilities with a trained run, whatever kind of model it is: what a user of the model would call."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from textstudy.evaluate.scaling import scale
from textstudy.runs import Run
from textstudy.storage.files import read_json

Predict = Callable[[Sequence[str]], np.ndarray]


def load_predictor(run: Run) -> Predict:
    """Return a function from texts to probabilities (documents, classes) float32.

    New texts go the whole way: where the training read cached states, through the encoder that made them. Where the run
    has a temperature, the probabilities are scaled by it.
    """
    return at_temperature(load_unscaled(run), run)


def at_temperature(predict_proba: Predict, run: Run) -> Predict:
    """Return the function with its probabilities scaled, where the run has a temperature."""
    if run.files.calibration_path is None:
        return predict_proba
    temperature = read_json(run.files.calibration_path)["temperature"]
    return lambda texts: scale(predict_proba(texts), temperature)


def load_unscaled(run: Run) -> Predict:
    """Return the function of `load_predictor` before any temperature."""
    # By name: the evaluation of a model without torch is not stale when the training of networks changes.
    if run.facts.learner == "prompted":
        return import_module("textstudy.evaluate.prompted").load_prompted_predictor(run)
    if run.facts.uses_torch:
        return import_module("textstudy.evaluate.networks").load_network_predictor(run)
    return load_without_torch(run).predict_proba


def load_without_torch(run: Run) -> Any:
    """Return the trained model of a run that needs no torch, as its own module loads it."""
    return import_module(f"textstudy.models.{run.settings['architecture']}").load(run.files.folder)
