"""Calibration of a study's models: the expected calibration error, its noise floor, and an interval of the true error.

The measured error is never 0: with few documents in a bin, accuracy differs from confidence by chance. The noise floor
is what a perfectly calibrated model with the same confidences would show on as many documents. Only a model above it is
shown to be badly calibrated.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from textstudy.evaluate.calibration_interval import true_error_interval
from textstudy.evaluate.metrics import CALIBRATION_BINS, calibration_bins, calibration_error
from textstudy.evaluate.percentiles import LEVEL
from textstudy.evaluate.significance import holm
from textstudy.evaluate.uncertainty import Error, trainings_error

GROUPS = 10  # of equally many documents, for the curve of accuracy by confidence
DRAWS = 2000  # of labels, for the noise floor
TOGETHER = 100  # draws at a time, which bounds the memory
SIGNIFICANCE = 0.05


def measure_calibration(runs: Mapping[str, Sequence[pd.DataFrame]]) -> dict[str, Any]:
    """Return {"calibration", "reliability"}, each model → what it is on the test documents.

    Args:
        runs: model → PREDICTIONS of each seed, which hold the same documents.
    """
    tables = {
        model: [table[table["split"] == "test"].sort_values("id") for table in found] for model, found in runs.items()
    }
    answers = {
        model: [(table["label"].to_numpy(), np.stack(table["probabilities"].to_list())) for table in found]
        for model, found in tables.items()
    }
    rows = {model: describe_calibration(found) for model, found in answers.items()}
    corrected = holm([row["p_value"] for row in rows.values()])
    for row, p_value in zip(rows.values(), corrected, strict=True):
        row |= {"adjusted_p_value": p_value, "above_floor": p_value < SIGNIFICANCE}
    return {"calibration": rows, "reliability": {model: reliability(found) for model, found in answers.items()}}


def describe_calibration(answers: Sequence[tuple[np.ndarray, np.ndarray]]) -> dict[str, Any]:
    """Return the calibration of a model over its seeds.

    `mean` is the measured error, a mean over seeds, `low` and `high` the 95 % interval of the true error; `floor` the
    mean and the 95 % quantile of the error of a perfectly calibrated model, `p_value` how often that reaches the
    measured one; `gap` the mean confidence minus the accuracy.

    Args:
        answers: of each seed the labels (documents,) and the probabilities (documents, classes).
    """
    seeds = [(probabilities.max(axis=1), probabilities.argmax(axis=1) == labels) for labels, probabilities in answers]
    by_seed = [calibration_error(*each) for each in answers]
    mean = float(np.mean(by_seed))
    floor = floor_draws([confidence for confidence, _ in seeds])
    low, high = _cover_trainings(*np.mean([true_error_interval(*each) for each in seeds], axis=0), by_seed)
    return {
        "mean": mean,
        "low": max(0.0, float(low)),
        "high": float(high),
        "floor": {"mean": float(floor.mean()), "high": float(np.quantile(floor, LEVEL))},
        "p_value": float((1 + (floor >= mean - 1e-12).sum()) / (1 + len(floor))),
        "gap": float(np.mean([confidence.mean() - right.mean() for confidence, right in seeds])),
    }


def _cover_trainings(low: float, high: float, by_seed: Sequence[float]) -> tuple[float, float]:
    """Return an interval over documents, widened by the spread over the seeds."""
    spread = trainings_error(by_seed, noise=0.0)
    if not spread.variance:
        return low, high
    centre, half = (low + high) / 2, (high - low) / 2  # the measured error is no centre: noise adds to it
    reach = (Error((half / norm.ppf((1 + LEVEL) / 2)) ** 2) + spread).quantile(LEVEL)
    return centre - reach, centre + reach


def floor_draws(confidences: Sequence[np.ndarray], draws: int = DRAWS) -> np.ndarray:
    """Return (draws,) errors of a perfectly calibrated model: each answer is right with the probability it states.

    Args:
        confidences: of each seed, (documents,). All seeds are right or wrong about a document by the same random
            number, as they are about the same documents.
    """
    generator = np.random.default_rng(0)
    documents = len(confidences[0])
    # One column a bin, so that a product sums over the documents of each.
    members = [np.eye(CALIBRATION_BINS)[calibration_bins(confidence)] for confidence in confidences]
    found = []
    for start in range(0, draws, TOGETHER):
        numbers = generator.random((min(TOGETHER, draws - start), documents))
        errors = [
            np.abs(((numbers < confidence) - confidence) @ member).sum(axis=1) / documents
            for confidence, member in zip(confidences, members, strict=True)
        ]
        found.append(np.mean(errors, axis=0))
    return np.concatenate(found)


def reliability(answers: Sequence[tuple[np.ndarray, np.ndarray]]) -> list[dict[str, Any]]:
    """Return mean confidence and accuracy of equally many predictions at a time, least confident first.

    The predictions of all seeds count together; `count` is the number of documents, predictions by seeds.
    """
    confidence = np.concatenate([probabilities.max(axis=1) for _, probabilities in answers])
    right = np.concatenate([probabilities.argmax(axis=1) == labels for labels, probabilities in answers])
    parts = np.array_split(np.argsort(confidence, kind="stable"), min(GROUPS, len(answers[0][0])))
    return [
        {
            "confidence": float(confidence[part].mean()),
            "accuracy": float(right[part].mean()),
            "count": round(len(part) / len(answers)),
        }
        for part in parts
    ]
