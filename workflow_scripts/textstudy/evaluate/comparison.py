"""The models of a study compared on the same documents, with errors that hold for other documents and trainings."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from textstudy.errors import StudyError
from textstudy.evaluate.documents import number_groups
from textstudy.evaluate.influence import SHARES, Influence, influences
from textstudy.evaluate.uncertainty import (
    LEVEL,
    Error,
    documents_error,
    interval_of_mean,
    interval_of_share,
    judge,
    trainings_error,
)
from textstudy.storage.tables import HELD_OUT

EXPLORED = ("accuracy", "macro_f1")  # scores on which models are compared that no question was asked about
ONE_DOCUMENT = 2.0  # squared differences of one document more that only either model gets right


@dataclass(frozen=True)
class Plan:
    """What a study sets out to compare, before any result is known.

    Attributes:
        chosen_from: models among which validation chooses; the best of them is compared with every other model.
        questions: further pairs of models.
        deterministic: models whose one run is that of every seed.
        ranks: the place of each class in their order, from 0; None without an order.
    """

    chosen_from: Sequence[str]
    questions: Sequence[tuple[str, str]] = ()
    deterministic: Collection[str] = ()
    ranks: Sequence[int] | None = None


@dataclass(frozen=True)
class Scored:
    """A model on one split: each score of each of its runs, and the mean influence of the documents on it."""

    scores: dict[str, list[float]]
    influences: dict[str, np.ndarray]  # metric → (documents,)
    noise: dict[str, float]  # metric → what single documents add to the variance of a run's score
    scope: str  # "settings": for other trainings too; "runs": for these trainings only

    def mean(self, metric: str) -> float:
        """Return a score, the mean of the runs."""
        return float(np.mean(self.scores[metric]))

    def trainings_error(self, metric: str, *, another: bool = False) -> Error:
        """Return the error of a score over other trainings; with `another`, as a prediction of one of them."""
        return trainings_error(self.scores[metric], self.noise[metric], another=another)

    def spread(self, metric: str) -> float | None:
        """Return the standard deviation of a score over the runs; None for one."""
        return float(np.std(self.scores[metric], ddof=1)) if len(self.scores[metric]) > 1 else None


@dataclass(frozen=True)
class Split:
    """The documents of a split, in one order for all models, and the models' scores on them."""

    models: dict[str, Scored]
    documents: int
    groups: dict[str, np.ndarray] = field(default_factory=dict)  # kind → (documents,) number of its group

    def error(self, influence: np.ndarray, *, pseudo: float = 0.0) -> tuple[Error, str | None]:
        """Return the largest error over documents and over their groups, and the kind of group behind it."""
        found = {None: documents_error(influence, pseudo=pseudo)}
        found |= {kind: documents_error(influence, each, pseudo=pseudo) for kind, each in self.groups.items()}
        kind = max(found, key=lambda kind: found[kind].quantile(LEVEL))
        return found[kind], kind


def compare(
    runs: Mapping[str, Sequence[pd.DataFrame]], plan: Plan, groups: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return (comparison, pairs) of the models' predictions.

    `comparison` has a row for each model, split and metric: the mean over seeds with its 95 % interval, and the
    standard deviation over seeds (null for one run). `pairs` has a row for each two models, split and metric: the
    difference of the means with its interval and its p-value, corrected for all comparisons of its family. On
    validation these are the best model with each other one. On test a comparison is planned if it is one of the best
    model on validation or a question of the study; all others are another family. Where a model that is not
    deterministic has one run, intervals and tests hold for that run (`scope` is "runs"), else for its settings.

    Args:
        runs: model → PREDICTIONS of each seed.
        groups: id and the group columns of the documents, where they have any.

    Raises:
        StudyError: two runs predict different documents.
    """
    splits = {split: read_split(runs, split, plan, groups) for split in HELD_OUT}
    rows = [row for split, found in splits.items() if found.documents for row in _score_rows(split, found)]
    return pd.DataFrame(rows), _pairs(splits, plan)


def read_split(
    runs: Mapping[str, Sequence[pd.DataFrame]], split: str, plan: Plan, groups: pd.DataFrame | None
) -> Split:
    """Return the documents of a split and the models' scores on them; arguments and errors as for `compare`."""
    identifiers, models = None, {}
    for model, tables in runs.items():
        chosen = [table[table["split"] == split].sort_values("id") for table in tables]
        for table in chosen:
            found = table["id"].to_numpy()
            identifiers = found if identifiers is None else identifiers
            if not np.array_equal(found, identifiers):
                raise StudyError(
                    f"Model {model} predicts other {split} documents than the models before it: delete its folder."
                )
        if len(identifiers):
            found = [influences_of(table, plan.ranks) for table in chosen]
            models[model] = score_runs(found, deterministic=model in plan.deterministic)
    numbers = {} if groups is None or identifiers is None else number_groups(groups.set_index("id").loc[identifiers])
    return Split(models, 0 if identifiers is None else len(identifiers), numbers)


def influences_of(table: pd.DataFrame, ranks: Sequence[int] | None = None) -> dict[str, Influence]:
    """Return metric → score and influences of a run, from its PREDICTIONS of one split."""
    columns = (table[name].to_numpy() for name in ("label", "predicted"))
    return influences(*columns, np.stack(table["probabilities"].to_list()), ranks)


def score_runs(found: Sequence[Mapping[str, Influence]], *, deterministic: bool = False) -> Scored:
    """Return the scores of a model from the influences of its runs."""
    tables = {metric: np.array([run[metric].of_document for run in found]) for metric in found[0]}  # (runs, documents)
    return Scored(
        {metric: [run[metric].score for run in found] for metric in tables},
        {metric: table.mean(axis=0) for metric, table in tables.items()},
        {metric: _noise(table) for metric, table in tables.items()},
        "settings" if deterministic or len(found) > 1 else "runs",
    )


def _noise(influences_by_run: np.ndarray) -> float:
    """Return the variance of a run's score that comes from single documents, of influences (runs, documents)."""
    runs, documents = influences_by_run.shape
    return float(influences_by_run.var(axis=0, ddof=1).mean() / documents) if runs > 1 else 0.0


def _score_rows(split: str, found: Split) -> list[dict[str, Any]]:
    return [
        {"model": name, "split": split, "metric": metric, **estimate(found, name, metric)}
        for name, model in found.models.items() for metric in model.scores
    ]  # fmt: skip


def estimate(found: Split, name: str, metric: str) -> dict[str, Any]:
    """Return the score of a model with its interval and its spread, and what they hold for.

    `as_trained` is the interval for these trainings on other documents. For the best of many models it is the one to
    trust: the trainings that made it the best were lucky ones, and others of the same settings may score lower.
    `expected` is the 95 % interval for the score of one other training on as many other documents, such as that of a
    published report; None where one training leaves their variance unknown.
    """
    model = found.models[name]
    of_documents, kind = found.error(model.influences[metric])
    error, mean = of_documents + model.trainings_error(metric), model.mean(metric)

    def interval(error: Error) -> list[float]:
        bounded = metric in SHARES
        return list(interval_of_share(mean, error, found.documents) if bounded else interval_of_mean(mean, error))

    (low, high), as_trained, expected = interval(error), interval(of_documents), None
    if model.scope == "settings":
        expected = interval(of_documents + of_documents + model.trainings_error(metric, another=True))
    return {"mean": mean, "low": low, "high": high, "spread": model.spread(metric), "as_trained": as_trained,
            "expected": expected, "grouped_by": kind, "scope": model.scope}  # fmt: skip


def _pairs(splits: Mapping[str, Split], plan: Plan) -> pd.DataFrame:
    validation, test = (splits[split] for split in HELD_OUT)
    # A comparison with the best model counts twice. It is the best also because its trainings were lucky, which shows
    # on test too: else one of ten equal models is called better in 8 % of studies (benchmarks/simulate_scores.py).
    best = best_on_validation(validation, plan.chosen_from)
    rows = []
    if best:
        others = [(best, name) for name in plan.chosen_from if name != best]
        rows += _family("validation", validation, others, ("accuracy",), 2 * len(others))
    questions = {frozenset(pair) for pair in plan.questions}
    planned = [
        pair for pair in combinations(test.models, 2)
        if best in pair or (not best and not plan.questions) or frozenset(pair) in questions
    ]  # fmt: skip
    explored = [pair for pair in combinations(test.models, 2) if pair not in planned]
    first = next(iter(test.models.values()))
    asked = [metric for metric in first.scores if metric not in SHARES or metric in EXPLORED]
    chosen = sum(best in pair for pair in planned)
    rows += _family("test", test, planned, asked, len(planned) + chosen)
    rows += _family("test", test, explored, EXPLORED, len(explored), planned=False)
    return pd.DataFrame(rows)


def best_on_validation(validation: Split, chosen_from: Sequence[str]) -> str | None:
    """Return the model with the highest validation accuracy, of equals the first by name; None without validation."""
    names = [name for name in chosen_from if name in validation.models]
    return min(names, key=lambda name: (-validation.models[name].mean("accuracy"), name), default=None)


def _family(
    split: str,
    found: Split,
    pairs: Sequence[tuple[str, str]],
    metrics: Sequence[str],
    comparisons: int,
    *,
    planned: bool = True,
) -> list[dict[str, Any]]:
    """Return the rows of comparisons that are corrected for so many, metric by metric."""
    return [
        {
            "first": first, "second": second, "split": split, "metric": metric,
            **compare_two(found, first, second, metric, comparisons=comparisons), "planned": planned,
        }
        for first, second in pairs for metric in metrics
    ]  # fmt: skip


def compare_two(found: Split, first: str, second: str, metric: str, *, comparisons: int) -> dict[str, Any]:
    """Return the difference of two models in a score, first minus second, and what is shown of it."""
    models = [found.models[name] for name in (first, second)]
    difference = models[0].mean(metric) - models[1].mean(metric)
    influence = models[0].influences[metric] - models[1].influences[metric]
    of_documents, kind = found.error(influence, pseudo=ONE_DOCUMENT if metric == "accuracy" else 0.0)
    error = of_documents + models[0].trainings_error(metric) + models[1].trainings_error(metric)
    verdict = judge(difference, error, comparisons)
    return {
        "difference": difference,
        **vars(verdict),
        "standard_error": error.size,
        "documents_error": of_documents.size,
        "degrees_of_freedom": error.freedom,
        "spreads": [model.spread(metric) for model in models],
        "comparisons": comparisons,
        "scope": "settings" if all(model.scope == "settings" for model in models) else "runs",
        "grouped_by": kind,
        "documents": found.documents,
    }
