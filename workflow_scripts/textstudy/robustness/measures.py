"""Measures of a run's scores: how many variants of each document it predicts right, how often a prediction changes.

The bootstrap draws documents, not samples. Variants of a document and seeds of a model are not independent evidence of
how the model does on new documents, so they are drawn together with their document.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from textstudy.evaluate.metrics import calibration_error
from textstudy.evaluate.significance import DRAWS, interval
from textstudy.robustness.grid import Grid

_BLOCK = 4_000_000  # counts of drawn documents in memory at once


@dataclass(frozen=True)
class Measures:
    """Measures of one run, or of all runs of a model. Columns: the clean texts, then each condition of the grid.

    Attributes:
        right: (columns, documents) how often a document was classified right, of `chances` times each.
        chances: variants times runs.
        flips: (columns,) share of samples with another prediction than their clean text.
        confidence: (columns,) mean probability of the predicted class.
        calibration: (columns,) expected calibration error.
        tokens: (columns,) tokens per sample.
        unknown: (columns,) unknown tokens per sample.
        sentence: (1 + kinds,) share of right predictions, of the sentence clean and under each kind, or None.
    """

    right: np.ndarray
    chances: int
    flips: np.ndarray
    confidence: np.ndarray
    calibration: np.ndarray
    tokens: np.ndarray
    unknown: np.ndarray
    sentence: np.ndarray | None


def measure_run(table: pd.DataFrame, grid: Grid) -> Measures:
    """Return the measures of one run from its ROBUSTNESS table, arranged as the grid is."""
    labels, predicted = table["label"].to_numpy(), table["predicted"].to_numpy()
    probabilities = np.stack(table["probabilities"].to_list()).astype(np.float64)  # (samples, classes)

    def mean(column: np.ndarray) -> np.ndarray:
        clean, perturbed = grid.over_documents(column)
        return np.concatenate([[clean.mean()], perturbed.mean(axis=(1, 2))])

    clean_right, right = grid.over_documents(predicted == labels)
    clean_guess, guess = grid.over_documents(predicted)
    return Measures(
        right=np.vstack([clean_right * grid.variants, right.sum(axis=2)]),
        chances=grid.variants,
        flips=np.concatenate([[0.0], (guess != clean_guess[:, None]).mean(axis=(1, 2))]),
        confidence=mean(probabilities.max(axis=1)),
        calibration=_calibration(labels, probabilities, grid),
        tokens=mean(table["tokens"].to_numpy()),
        unknown=mean(table["unknown"].to_numpy()),
        sentence=_sentence(predicted == labels, grid) if grid.sentence_variants else None,
    )


def _calibration(labels: np.ndarray, probabilities: np.ndarray, grid: Grid) -> np.ndarray:
    clean_labels, perturbed_labels = grid.over_documents(labels)
    clean, perturbed = grid.over_documents(probabilities)
    errors = [calibration_error(clean_labels, clean)]
    errors += [
        calibration_error(truth.ravel(), guesses.reshape(-1, guesses.shape[-1]))
        for truth, guesses in zip(perturbed_labels, perturbed, strict=True)
    ]
    return np.array(errors)


def _sentence(right: np.ndarray, grid: Grid) -> np.ndarray:
    clean, variants = grid.over_sentence(right)
    return np.concatenate([[float(clean)], variants.mean(axis=1)])


def over_runs(measures: Sequence[Measures]) -> Measures:
    """Return the measures of a model from those of its runs: the sum of the counts, the mean of everything else."""

    def mean(name: str) -> np.ndarray:
        return np.mean([getattr(run, name) for run in measures], axis=0)

    return Measures(
        right=np.sum([run.right for run in measures], axis=0),
        chances=sum(run.chances for run in measures),
        **{name: mean(name) for name in ("flips", "confidence", "calibration", "tokens", "unknown")},
        sentence=None if measures[0].sentence is None else mean("sentence"),
    )


def draw_sums(counts: np.ndarray) -> np.ndarray:
    """Return (DRAWS + 1, rows): the sum of each row of `counts` (rows, documents) over bootstrap draws of documents.

    The first draw is the documents themselves. All rows share the draws, so their differences and quotients are
    paired. Counts are whole numbers: sums are exact, in whatever order a machine adds them.
    """
    documents = counts.shape[1]
    values = counts.T.astype(np.float64)  # (documents, rows)
    generator = np.random.default_rng(0)
    even = np.full(documents, 1 / documents)
    sums = [values.sum(axis=0, keepdims=True)]
    size = max(1, _BLOCK // documents)
    for start in range(0, DRAWS, size):
        weights = generator.multinomial(documents, even, size=min(size, DRAWS - start))
        sums.append(weights.astype(np.float64) @ values)
    return np.vstack(sums)


def estimate(drawn: np.ndarray) -> dict[str, float]:
    """Return value, low and high of a figure: the first of its draws, and the 95 % interval of the others."""
    low, high = interval(drawn[1:])
    return {"mean": float(drawn[0]), "low": low, "high": high}
