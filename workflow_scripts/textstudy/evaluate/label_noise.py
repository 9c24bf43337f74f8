"""What wrong labels would mean for the scores, and the labels that a person should read again."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from cleanlab.count import estimate_joint

from textstudy.evaluate.doubts import doubted_labels
from textstudy.evaluate.errors import mean_probabilities, models_that_learned
from textstudy.evaluate.percentiles import interval

DRAWS = 500  # of documents, for the interval of the share of wrong labels
COLUMNS = ["id", "split", "text", "label", "suggested", "probability", "new_label"]
READ_AGAIN = ("test", "validation")  # no model has learned from these


def measure_label_noise(
    runs: Mapping[str, Sequence[pd.DataFrame]], split: pd.DataFrame, *, candidates: Sequence[str]
) -> tuple[dict[str, Any] | None, pd.DataFrame]:
    """Return what the doubted test labels imply, and a row for each doubted label of test and validation.

    The first has `wrong`, the share of wrong labels that confident learning estimates, with its 95 % bootstrap interval
    over documents; `doubted`, split → labels in doubt; and `models`: name → accuracy `as_given`, `as_suggested` (every
    doubted label replaced), and `low` and `high`, between which the accuracy by the true labels lies if the estimated
    share is right, whichever labels are wrong. None where the models cannot say which labels are in doubt. The table
    has `COLUMNS`, the most doubtful rows of each split first.

    Args:
        runs: model → PREDICTIONS of each seed.
        split: the SPLIT table.
        candidates: as for `examine_errors`, which asks the same models.
    """
    names, asked = sorted(split["label"].unique()), models_that_learned(runs, candidates)
    found, tables = None, []
    for part in READ_AGAIN if asked else ():
        documents = split[split["split"] == part].sort_values("id")
        if not len(documents):
            continue
        labels = documents["label"].map({name: number for number, name in enumerate(names)}).to_numpy()
        answers = np.mean([mean_probabilities(runs[model], documents["id"]) for model in asked], axis=0)
        rows = doubted_labels(labels, answers)
        if rows is None:
            continue
        tables.append(_to_read(documents.iloc[rows], answers[rows], names))
        if part == "test":
            predicted = {model: _predicted(each, documents["id"]) for model, each in runs.items()}
            suggested = answers[rows].argmax(axis=1)
            wrong = share_of_wrong_labels(labels, answers)
            scores = {
                model: accuracy_range(each, labels, rows, suggested, wrong["mean"]) for model, each in predicted.items()
            }
            found = {"wrong": wrong, "models": scores}
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)
    if found:
        found["doubted"] = {part: int((table["split"] == part).sum()) for part in READ_AGAIN}
    return found, table


def share_of_wrong_labels(labels: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
    """Return the share of the labels that confident learning estimates to be wrong, {"mean", "low", "high"}.

    It is the mass off the diagonal of the estimated joint distribution of given and true labels. Documents that the
    models find hard count as wrong labels, and wrong labels that the models agree with count as right ones. Draws
    without a document of some class count nothing; where classes are so small that no draw has all of them, the three
    numbers are the same.
    """
    generator = np.random.default_rng(0)
    draws = []
    for _ in range(DRAWS):
        rows = generator.integers(0, len(labels), len(labels))
        if len(np.unique(labels[rows])) == probabilities.shape[1]:
            draws.append(_off_diagonal(labels[rows], probabilities[rows]))
    mean = _off_diagonal(labels, probabilities)
    low, high = interval(np.array(draws or [mean]))
    return {"mean": mean, "low": min(low, mean), "high": max(high, mean)}


def _off_diagonal(labels: np.ndarray, probabilities: np.ndarray) -> float:
    return float(max(0.0, 1 - np.trace(estimate_joint(labels, probabilities))))


def accuracy_range(
    predicted: np.ndarray, labels: np.ndarray, doubted: np.ndarray, suggested: np.ndarray, wrong: float
) -> dict[str, float]:
    """Return the accuracy of a model by the labels as given and as suggested, and the bounds by the true labels.

    A wrong label makes at most one answer right that counts as wrong, or the reverse. So the accuracy by the true
    labels differs from that by the given ones by no more than the share of wrong labels.

    Args:
        predicted: (documents, seeds).
        labels: (documents,) as given.
        doubted: rows whose label is in doubt.
        suggested: the label suggested for each of these rows.
        wrong: the share of wrong labels.
    """
    other = labels.copy()
    other[doubted] = suggested
    given, replaced = (float((predicted == each[:, None]).mean()) for each in (labels, other))
    return {
        "as_given": given, "as_suggested": replaced, "low": max(0.0, given - wrong), "high": min(1.0, given + wrong),
    }  # fmt: skip


def _predicted(tables: Sequence[pd.DataFrame], identifiers: pd.Series) -> np.ndarray:
    return np.stack([table.set_index("id")["predicted"].loc[identifiers].to_numpy() for table in tables], axis=1)


def _to_read(documents: pd.DataFrame, answers: np.ndarray, names: Sequence[str]) -> pd.DataFrame:
    """Return the rows that a person is to read, with an empty column for the person's label."""
    found = documents[["id", "split", "text", "label"]].assign(
        suggested=[names[place] for place in answers.argmax(axis=1)],
        probability=answers.max(axis=1).round(3),
        new_label="",
    )
    return found[COLUMNS]
