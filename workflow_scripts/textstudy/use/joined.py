"""Predictions of models that join the answers of others: ensembles and cascades."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from threading import Lock

import numpy as np

from textstudy.evaluate.predictors import Predict
from textstudy.machine.threads import limited_threads
from textstudy.models.cascade import walk
from textstudy.runs import Run
from textstudy.storage.files import read_tensors
from textstudy.train.combiners import Combine, method
from textstudy.use.classifier import TextClassifier
from textstudy.use.usage import Usage

# A server asks several models at once, and the number of threads is one of the whole process.
_ONE_AT_A_TIME = Lock()


def load_joined(usage: Usage, run: Run, members: Sequence[TextClassifier]) -> Predict:
    """Return a function from clean texts to the joined probabilities of the members, before any temperature."""
    if usage.graph:
        return _ask_all({}, import_module("textstudy.use.graph").load_combiner(usage.graph), members)
    weights = read_tensors(usage.folder / "weights.safetensors")
    if run.settings["architecture"] == "cascade":
        return _ask_in_turn(weights["thresholds"], members)
    return _ask_all(weights, _on_one_thread(method(run.settings["method"])[1]), members)


def _ask_all(weights: Mapping[str, np.ndarray], combine: Combine, members: Sequence[TextClassifier]) -> Predict:
    def predict_proba(texts: Sequence[str]) -> np.ndarray:
        each = np.stack([member.predict_proba(texts, clean=False) for member in members])  # (members, texts, classes)
        return combine(weights, each)

    return predict_proba


def _on_one_thread(combine: Combine) -> Combine:
    """Return the same as when it was fitted. A graph needs it not, and to change the number takes milliseconds."""

    def limited(weights: Mapping[str, np.ndarray], probabilities: np.ndarray) -> np.ndarray:
        with _ONE_AT_A_TIME, limited_threads(1):
            return combine(weights, probabilities)

    return limited


def _ask_in_turn(thresholds: np.ndarray, members: Sequence[TextClassifier]) -> Predict:
    """Return a function that asks each member only about texts of which no earlier one is sure."""

    def predict_proba(texts: Sequence[str]) -> np.ndarray:
        def ask(member: int, rows: np.ndarray) -> np.ndarray:
            return members[member].predict_proba([texts[row] for row in rows], clean=False)

        return walk(thresholds, len(texts), ask)[0]

    return predict_proba
