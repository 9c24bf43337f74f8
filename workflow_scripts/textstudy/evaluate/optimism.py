"""What is known of the trials of a search, and how much too high the validation score of the best one is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from textstudy.evaluate.percentiles import DRAWS
from textstudy.evaluate.search import best_trial, score_trial


def summarize_trials(
    drawn: Sequence[Mapping[str, Any]], tables: Iterable[pd.DataFrame], records: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return what a report says of a search.

    Args:
        drawn: setting → value, of each trial.
        tables: their PREDICTIONS for the validation documents, read one at a time.
        records: their records; `skipped` says why a training failed.

    Returns:
        `trials`: `changes`, `validation_accuracy` and `failed` of each, in order; `best`: the place of the best one;
        `tied`: how many others are as accurate; `documents` of validation; `optimism`: see there; `seconds` of all
        trainings.
    """
    scores, right = [], []
    for table in tables:
        scores.append(score_trial(table))
        right.append((table["predicted"] == table["label"]).to_numpy())
    accuracies, best = [accuracy for accuracy, _ in scores], best_trial(scores)
    rows = zip(drawn, accuracies, records, strict=True)
    return {
        "trials": [
            {"changes": dict(changes), "validation_accuracy": accuracy, "failed": record["skipped"]}
            for changes, accuracy, record in rows
        ],
        "best": best,
        "tied": accuracies.count(accuracies[best]) - 1,
        "documents": len(right[best]),
        "optimism": optimism(np.stack([each for each in right if len(each)])),
        "seconds": sum(record["training"]["seconds"] for record in records if record["training"]),
    }


def optimism(right: np.ndarray) -> float:
    """Return how much too high the accuracy of the best trial is because the same documents chose it.

    Documents drawn with replacement choose a trial, and those that were not drawn judge it (Tsamardinos et al. 2018,
    arXiv:1708.07180). The mean over many draws is what to expect of the chosen trial on other documents.

    Args:
        right: (trials, documents) whether a trial is right on a document.
    """
    generator, documents = np.random.default_rng(0), right.shape[1]
    scores, honest = right.astype(np.float32), []
    for _ in range(DRAWS):
        counts = np.bincount(generator.integers(documents, size=documents), minlength=documents).astype(np.float32)
        chosen = int((scores @ counts).argmax())
        if (judges := counts == 0).any():
            honest.append(float(scores[chosen, judges].mean()))
    return float(scores.mean(axis=1).max() - np.mean(honest)) if honest else 0.0
