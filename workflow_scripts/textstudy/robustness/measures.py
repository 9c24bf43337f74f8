"""Measures of a run's scores: how often it is right about the texts that a perturbation really edited, and before that.

A text in which a perturbation finds nothing to edit tells nothing of it, so it counts nowhere. Versions of a document
are no independent evidence of how a model does on new documents: they are counted together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from textstudy.evaluate.jackknife import leave_out
from textstudy.evaluate.metrics import calibration_error
from textstudy.robustness.grid import Grid


@dataclass(frozen=True)
class Edited:
    """Which versions of which documents were edited, and in which groups the documents are.

    Attributes:
        versions: (conditions, documents, variants) bool.
        groups: (documents,) number of the group of each document, from 0; without groups, of the document.
    """

    versions: np.ndarray
    groups: np.ndarray

    def counts(self) -> np.ndarray:
        """Return (conditions, documents): how many versions of each document were edited."""
        return self.versions.sum(axis=2)

    def groups_edited(self) -> np.ndarray:
        """Return (conditions, groups) bool: where a condition edited any document of a group."""
        total, *without = leave_out(self.counts(), self.groups)
        return np.stack(without, axis=1) < total[:, None]


@dataclass(frozen=True)
class Shares:
    """Shares of right predictions: of all texts, then (first axis) without each group of documents in turn.

    Attributes:
        clean: (1 + groups,) of all documents without edits.
        perturbed: (1 + groups, conditions) of the edited versions.
        before: (1 + groups, conditions) of the same texts without the edits.
    """

    clean: np.ndarray
    perturbed: np.ndarray
    before: np.ndarray


@dataclass(frozen=True)
class Averages:
    """Means over texts, (1 + conditions,): the clean documents, then the versions that each condition edited.

    NaN where a condition edited none. `tokens` and `unknown` are pairs, (2, conditions): of the edited versions, and of
    the same texts without the edits.
    """

    flips: np.ndarray
    confidence: np.ndarray
    calibration: np.ndarray
    tokens: np.ndarray
    unknown: np.ndarray


def measure_shares(table: pd.DataFrame, grid: Grid, edited: Edited) -> Shares:
    """Return the shares of right predictions of one run from its ROBUSTNESS table, arranged as the grid is."""
    clean, versions = grid.over_documents((table["predicted"] == table["label"]).to_numpy())
    counts = edited.counts()
    rows = np.vstack(
        [clean, np.ones(len(clean)), (versions & edited.versions).sum(axis=2), counts * clean, counts]
    ).astype(np.float64)
    sums = leave_out(rows, edited.groups)
    right, before, total = np.split(sums[:, 2:], 3, axis=1)
    return Shares(sums[:, 0] / sums[:, 1], _ratio(right, total), _ratio(before, total))


def over_runs(shares: Sequence[Shares]) -> Shares:
    """Return the shares of a model: those of its runs along the second axis."""
    return Shares(
        **{name: np.stack([getattr(run, name) for run in shares], axis=1) for name in ("clean", "perturbed", "before")}
    )


def measure_averages(table: pd.DataFrame, grid: Grid, edited: Edited) -> Averages:
    """Return the other figures of one run from its ROBUSTNESS table, arranged as the grid is."""
    labels, predicted = table["label"].to_numpy(), table["predicted"].to_numpy()
    probabilities = np.stack(table["probabilities"].to_list()).astype(np.float64)  # (samples, classes)

    def mean(column: np.ndarray) -> np.ndarray:
        clean, versions = grid.over_documents(column)
        return np.concatenate([[clean.mean()], _mean_of(versions, edited)])

    def pair(column: np.ndarray) -> np.ndarray:
        clean, versions = grid.over_documents(column)
        return np.stack([_mean_of(versions, edited), _mean_of(np.broadcast_to(clean[:, None], versions.shape), edited)])

    clean_guess, guess = grid.over_documents(predicted)
    return Averages(
        flips=np.concatenate([[0.0], _mean_of(guess != clean_guess[:, None], edited)]),
        confidence=mean(probabilities.max(axis=1)),
        calibration=_calibration(labels, probabilities, grid, edited),
        tokens=pair(table["tokens"].to_numpy()),
        unknown=pair(table["unknown"].to_numpy()),
    )


def _mean_of(versions: np.ndarray, edited: Edited) -> np.ndarray:
    """Return (conditions,): the mean over the edited ones of (conditions, documents, variants)."""
    return _ratio((versions * edited.versions).sum(axis=(1, 2)), edited.versions.sum(axis=(1, 2)))


def _calibration(labels: np.ndarray, probabilities: np.ndarray, grid: Grid, edited: Edited) -> np.ndarray:
    clean_labels, perturbed_labels = grid.over_documents(labels)
    clean, perturbed = grid.over_documents(probabilities)
    errors = [calibration_error(clean_labels, clean)]
    errors += [
        calibration_error(truth[chosen], guesses[chosen]) if chosen.any() else np.nan
        for truth, guesses, chosen in zip(perturbed_labels, perturbed, edited.versions, strict=True)
    ]
    return np.array(errors)


def measure_sentence(table: pd.DataFrame, grid: Grid, edits: np.ndarray) -> np.ndarray:
    """Return (1 + kinds,): the share of right predictions of the sentence, clean and over the edited variants.

    Args:
        edits: (kinds, variants) bool, which variants were edited; NaN stands for a kind that edited none.
    """
    clean, variants = grid.over_sentence((table["predicted"] == table["label"]).to_numpy())
    return np.concatenate([[float(clean)], _ratio((variants & edits).sum(axis=1), edits.sum(axis=1))])


def average(measured: Sequence[Averages]) -> Averages:
    """Return the mean over the runs of a model."""
    return Averages(
        **{one.name: np.mean([getattr(run, one.name) for run in measured], axis=0) for one in fields(Averages)}
    )


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole > 0)
