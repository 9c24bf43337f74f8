"""What is known of the trials of a search, and how much too high the validation score of the best one is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from textstudy.evaluate.documents import number_groups
from textstudy.evaluate.percentiles import DRAWS
from textstudy.evaluate.search import best_trial, score_trial


def summarize_trials(
    drawn: Sequence[Mapping[str, Any]],
    tables: Iterable[pd.DataFrame],
    records: Sequence[Mapping[str, Any]],
    groups: pd.DataFrame,
) -> dict[str, Any]:
    """Return what a report says of a search.

    Args:
        drawn: setting → value, of each trial.
        tables: their PREDICTIONS for the validation documents, read one at a time.
        records: their records; `skipped` says why a training failed.
        groups: the ids and the groups of a SPLIT table.

    Returns:
        `trials`: `changes`, `validation_accuracy` and `failed` of each, in order; `best`: the place of the best one;
        `tied`: how many others are as accurate; `documents` of validation; `optimism`: see there; `seconds` of all
        trainings.
    """
    scores, right, identifiers = [], [], []
    for table in tables:
        scores.append(score_trial(table))
        if len(table):
            identifiers = table["id"].to_list()
            right.append((table["predicted"] == table["label"]).to_numpy())
    accuracies, best = [accuracy for accuracy, _ in scores], best_trial(scores)
    rows = zip(drawn, accuracies, records, strict=True)
    kin = number_groups(groups.set_index("id").loc[identifiers]).values()
    return {
        "trials": [
            {"changes": dict(changes), "validation_accuracy": accuracy, "failed": record["skipped"]}
            for changes, accuracy, record in rows
        ],
        "best": best,
        "tied": accuracies.count(accuracies[best]) - 1,
        "documents": len(identifiers),
        "optimism": optimism(np.stack(right), kin),
        "seconds": sum(record["training"]["seconds"] for record in records if record["training"]),
    }


def optimism(right: np.ndarray, groups: Iterable[np.ndarray] = ()) -> float:
    """Return how much too high the accuracy of the best trial is because the same documents chose it.

    Documents drawn with replacement choose a trial, and those that were not drawn judge it (Tsamardinos et al. 2018,
    arXiv:1708.07180). The mean over many draws is what to expect of the chosen trial on other documents. Where they
    come in groups, groups are drawn, of the kind with which the accuracy is the least.

    Args:
        right: (trials, documents) whether a trial is right on a document.
        groups: for each kind of group (documents,) the number of the group of each document.
    """
    scores = right.astype(np.float32)
    expected = [_expected_elsewhere(scores, units) for units in (np.arange(right.shape[1]), *groups)]
    return float(scores.mean(axis=1).max() - min(expected))


def _expected_elsewhere(scores: np.ndarray, units: np.ndarray) -> float:
    """Return the accuracy on units not drawn of the trial that is best on those drawn, mean over draws."""
    generator, count, found = np.random.default_rng(0), units.max() + 1, []
    for _ in range(DRAWS):
        times = np.bincount(generator.integers(count, size=count), minlength=count)[units].astype(np.float32)
        chosen = int((scores @ times).argmax())
        if (judges := times == 0).any():
            found.append(float(scores[chosen, judges].mean()))
    return float(np.mean(found)) if found else float(scores.mean(axis=1).max())
