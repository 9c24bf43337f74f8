"""Predictions of a trained network for the documents that were encoded for its training."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from textstudy.runs import Run
from textstudy.train.build import load_documents, load_network
from textstudy.train.predict import predict


def predict_parts(run: Run, parts: Sequence[str]) -> dict[str, tuple[list[str], np.ndarray]]:
    """Return split → (ids, probabilities (documents, classes) float32) for each split of `parts`."""
    if run.facts.holds_encoder:  # cached states were for the head that learned first
        run = replace(run, files=replace(run.files, features_path=None))
    network, documents, precision = load_network(run), load_documents(run.settings, run.files), run.precision
    return {
        part: (documents[part].ids.tolist(), predict(network, documents[part], precision=precision)) for part in parts
    }
