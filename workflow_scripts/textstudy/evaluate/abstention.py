"""What a model's confidence is worth: its errors where it answers only what it is sure of, measured on test.

The thresholds are those that validation chose, see `evaluate.thresholds`.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from textstudy.evaluate.percentiles import LEVEL
from textstudy.evaluate.promises import NEVER
from textstudy.evaluate.thresholds import choose_thresholds
from textstudy.ragged import last_of_equal
from textstudy.storage.tables import HELD_OUT

POINTS = 50  # of the curve: shares of the documents that are answered


def measure_abstention(runs: Mapping[str, Sequence[pd.DataFrame]]) -> dict[str, Any]:
    """Return model → `area`, `curve`, `answers` and `sets` on the test documents, means over seeds.

    Args:
        runs: model → PREDICTIONS of each seed. The intervals are exact ones of one run's documents: other seeds are
            wrong on much the same ones.
    """
    return {model: _measure([_Run(table) for table in tables]) for model, tables in runs.items()}


class _Run:
    """The confidence of one run, and its thresholds."""

    def __init__(self, table: pd.DataFrame) -> None:
        parts = {part: table[table["split"] == part] for part in HELD_OUT}
        labels = {part: rows["label"].to_numpy() for part, rows in parts.items()}
        probabilities = {part: np.stack(rows["probabilities"].to_list()) for part, rows in parts.items()}
        self.thresholds = choose_thresholds(labels["validation"], probabilities["validation"])
        self.labels, self.probabilities = labels["test"], probabilities["test"]
        self.confidence = self.probabilities.max(axis=1)
        self.wrong = self.probabilities.argmax(axis=1) != self.labels

    def risks(self) -> np.ndarray:
        return risk_by_answers(self.confidence, self.wrong)

    def answered(self, level: int) -> tuple[int, int]:
        """Return how many documents are answered at a level, and how many of them wrongly."""
        threshold = self.thresholds["answers"][level]["threshold"]
        answered = self.confidence >= (NEVER if threshold is None else threshold)
        return int(answered.sum()), int(self.wrong[answered].sum())

    def sets(self, level: int) -> tuple[int, np.ndarray]:
        """Return how many sets of a level hold the true label, and the size of each, (documents,)."""
        inside = self.probabilities >= self.thresholds["sets"][level]["threshold"]
        return int(inside[np.arange(len(inside)), self.labels].sum()), inside.sum(axis=1)


def risk_by_answers(confidence: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    """Return the share of errors among the surest 1, 2, … documents, (documents,).

    Equally sure documents have errors in equal shares, whatever their order.
    """
    order = np.argsort(-confidence, kind="stable")
    ends = last_of_equal(confidence[order]) + 1
    counts = np.arange(1, len(order) + 1)
    errors = np.cumsum(wrong[order])[ends - 1]
    return np.interp(counts, np.append(0, ends), np.append(0, errors)) / counts


def _measure(runs: Sequence[_Run]) -> dict[str, Any]:
    documents = len(runs[0].wrong)
    risks = np.mean([run.risks() for run in runs], axis=0)
    places = np.unique(np.linspace(0, documents, POINTS + 1)[1:].round().astype(int))
    return {
        # The area under the curve (Geifman et al. 2018, arXiv:1805.08206): without any order it is the error rate.
        "area": float(risks.mean()),
        "curve": [{"answered": place / documents, "error": float(risks[place - 1])} for place in places.tolist()],
        "answers": [
            _answers(runs, level, documents, row["error"]) for level, row in enumerate(runs[0].thresholds["answers"])
        ],
        "sets": [
            _sets(runs, level, documents, row["coverage"]) for level, row in enumerate(runs[0].thresholds["sets"])
        ],
    }


def _answers(runs: Sequence[_Run], level: int, documents: int, wanted: float) -> dict[str, Any]:
    """Return what is answered at a level; `error` is None where nothing is."""
    counts = [run.answered(level) for run in runs]
    answered, wrong = (fmean(column) for column in zip(*counts, strict=True))
    return {
        "wanted": wanted,
        "thresholds": [run.thresholds["answers"][level]["threshold"] for run in runs],
        "answered": answered / documents,
        "error": _share(wrong, answered) if answered else None,
    }


def _sets(runs: Sequence[_Run], level: int, documents: int, wanted: float) -> dict[str, Any]:
    found = [run.sets(level) for run in runs]
    sizes = np.concatenate([sizes for _, sizes in found])
    return {
        "wanted": wanted,
        "coverage": _share(fmean(holding for holding, _ in found), documents),
        "size": float(sizes.mean()),
        "single": float((sizes == 1).mean()),
        "empty": float((sizes == 0).mean()),
    }


def _share(part: float, whole: float) -> dict[str, float]:
    """Return a share with its exact interval (Clopper and Pearson 1934)."""
    bounds = binomtest(round(part), max(1, round(whole))).proportion_ci(LEVEL)
    return {"mean": part / whole, "low": float(bounds.low), "high": float(bounds.high)}
