"""What the models of a study get wrong: confusions, errors that they share, labels in doubt.

All figures are of the test documents, which no model has learned from. For a model with several seeds the mean of their
probabilities counts, so that each model has one answer for each document.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from textstudy.evaluate.documents import validation_accuracy
from textstudy.evaluate.doubts import doubted_labels

SHOWN = {"shared": 8, "label_issues": 12}
MOST_CONFUSIONS = 2450  # of a model: every pair of fifty classes
STRONGEST = 3  # the first confusions show two documents each, the others one
EXCERPT = 280  # characters shown of a document


def examine_errors(
    runs: Mapping[str, Sequence[pd.DataFrame]], split: pd.DataFrame, *, candidates: Sequence[str]
) -> dict[str, Any]:
    """Return {"documents", "confusions", "shared", "label_issues"} of the test split.

    Args:
        runs: model → PREDICTIONS of each seed; all hold the same test documents.
        split: the SPLIT table, for the texts and the names of the classes.
        candidates: models that learned independently, so no ensemble and no refit. Of these, the models that learned
            something are asked for shared errors and doubtful labels: their validation accuracy is at least halfway
            from the share of the most common class to the accuracy of the best model.
    """
    test = split[split["split"] == "test"].sort_values("id")
    names, texts = sorted(split["label"].unique()), dict(zip(test["id"], test["text"], strict=True))
    labels = test["label"].map({name: index for index, name in enumerate(names)}).to_numpy()
    answers = {model: mean_probabilities(tables, test["id"]) for model, tables in runs.items()}
    documents = ExaminedDocuments(test["id"].to_numpy(), labels, names, texts)
    asked = {model: answers[model] for model in models_that_learned(runs, candidates)}
    return {
        "documents": len(test),
        "asked": list(asked),
        "confusions": {model: documents.confusions(found) for model, found in answers.items()},
        "shared": documents.shared(asked) if len(asked) > 1 else None,
        "label_issues": documents.label_issues(np.mean(list(asked.values()), axis=0)) if asked else None,
    }


def mean_probabilities(tables: Sequence[pd.DataFrame], identifiers: pd.Series) -> np.ndarray:
    """Return (documents, classes), means over the runs; the documents are in the order of the identifiers."""
    columns = [table.set_index("id")["probabilities"].loc[identifiers] for table in tables]
    return np.mean([np.stack(column.to_list()) for column in columns], axis=0, dtype=np.float64)


def models_that_learned(runs: Mapping[str, Sequence[pd.DataFrame]], candidates: Sequence[str]) -> list[str]:
    """Return the candidates that learned something, by their validation accuracy."""
    accuracy, common = {model: validation_accuracy(runs[model]) for model in candidates}, 0.0
    if candidates:
        table = runs[candidates[0]][0]  # all models have the same documents
        common = float(table.loc[table["split"] == "validation", "label"].value_counts(normalize=True).max())
    half_way = (common + max(accuracy.values(), default=0.0)) / 2
    return [model for model in candidates if accuracy[model] >= half_way]


class ExaminedDocuments:
    """The test documents, which give examples of the errors."""

    def __init__(self, identifiers: np.ndarray, labels: np.ndarray, names: list[str], texts: Mapping[str, str]) -> None:
        self.identifiers, self.labels, self.names, self.texts = identifiers, labels, names, texts

    def confusions(self, probabilities: np.ndarray) -> list[dict[str, Any]]:
        """Return the confusions of a model, most frequent first, each with the documents it was most confident of.

        At most MOST_CONFUSIONS are returned; the metrics of the runs count all.
        """
        predicted = probabilities.argmax(axis=1)
        wrong = np.flatnonzero(predicted != self.labels)
        order = wrong[np.lexsort((-probabilities[wrong, predicted[wrong]], predicted[wrong], self.labels[wrong]))]
        pairs, starts = np.unique(np.column_stack([self.labels[order], predicted[order]]), axis=0, return_index=True)
        groups = np.split(order, starts[1:])  # the documents of each pair, the surest answer first
        found = []
        for place in sorted(range(len(pairs)), key=lambda place: -len(groups[place]))[:MOST_CONFUSIONS]:
            rows, guess = groups[place], pairs[place][1]
            surest = rows[: 1 + (len(found) < STRONGEST)]
            examples = [self._example(row, probability=float(probabilities[row, guess])) for row in surest]
            pair = {"true": self.names[pairs[place][0]], "predicted": self.names[guess]}
            found.append({**pair, "count": len(rows), "examples": examples})
        return found

    def shared(self, answers: Mapping[str, np.ndarray]) -> dict[str, Any]:
        """Return how many documents every model gets wrong, and how many it would be if errors were independent."""
        predicted = {model: found.argmax(axis=1) for model, found in answers.items()}
        wrong = np.array([guess != self.labels for guess in predicted.values()])  # (models, documents)
        rows = np.flatnonzero(wrong.all(axis=0))
        # First the documents where most models give the same wrong answer; of these, the most confident.
        guesses = np.array(list(predicted.values()))
        agreed = np.array([np.bincount(guesses[:, row]).max() for row in rows], dtype=int)
        sure = np.mean(list(answers.values()), axis=0)[rows].max(axis=1)
        order = rows[np.lexsort((-sure, -agreed))]
        examples = [
            {**self._example(row), "answers": {model: self.names[guess[row]] for model, guess in predicted.items()}}
            for row in order[: SHOWN["shared"]]
        ]
        expected = float(wrong.mean(axis=1).prod() * len(self.labels))
        unanimous = int((agreed == len(predicted)).sum())
        return {"count": len(rows), "unanimous": unanimous, "expected": expected, "examples": examples}

    def label_issues(self, probabilities: np.ndarray) -> dict[str, Any] | None:
        """Return how many labels `doubted_labels` doubts, with the most doubtful; None where it cannot say."""
        ranked = doubted_labels(self.labels, probabilities)
        if ranked is None:
            return None
        examples = [
            {
                **self._example(row, probability=float(probabilities[row].max())),
                "suggested": self.names[probabilities[row].argmax()],
            }
            for row in ranked[: SHOWN["label_issues"]]
        ]
        return {"count": len(ranked), "examples": examples}

    def _example(self, row: int, **columns: Any) -> dict[str, Any]:
        text = " ".join(self.texts[self.identifiers[row]].split())
        excerpt = text if len(text) <= EXCERPT else f"{text[:EXCERPT].rstrip()} …"
        return {"id": str(self.identifiers[row]), "text": excerpt, "label": self.names[self.labels[row]], **columns}
