"""Scores and paired tests of a study once more, with plain loops and nothing from `textstudy`: the check of the others.

Everything is taken from how often each class was predicted for each other one. How much a document weighs in a score is
measured: count one more, and look. Only the quantiles of Student's t come from SciPy.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import t as student

Row = dict[str, Any]
METRICS = ("accuracy", "macro_f1", "log_loss", "brier_score")
BOUNDED = METRICS[:2]
STEP = 1e-3  # of a document that is counted more, and less


@dataclass(frozen=True, eq=False)
class Run:
    """A run on one split: for each document in turn its class, the class predicted and the probabilities."""

    labels: Sequence[int]
    predicted: Sequence[int]
    probabilities: Sequence[Sequence[float]]


@dataclass(frozen=True, eq=False)
class Model:
    """The runs of a model, and whether another seed would give the same run."""

    runs: Sequence[Run]
    deterministic: bool = False

    @property
    def scope(self) -> str:
        return "settings" if self.deterministic or len(self.runs) > 1 else "runs"


@dataclass(frozen=True)
class Study:
    """The models on one split, the group of each document by kind of group, and what is compared."""

    models: Mapping[str, Model]
    groups: Mapping[str, Sequence[str]]  # kind → group of each document, "" if unknown
    chosen_from: Sequence[str]
    questions: Sequence[Sequence[str]] = ()


def accuracy(table: Sequence[Sequence[float]]) -> float:
    return sum(row[place] for place, row in enumerate(table)) / sum(map(sum, table))


def macro_f1(table: Sequence[Sequence[float]]) -> float:
    scores = []
    for place, row in enumerate(table):
        together = sum(row) + sum(other[place] for other in table)
        if together:
            scores.append(2 * row[place] / together)
    return sum(scores) / len(scores)


def score_and_influence(run: Run, metric: str) -> tuple[float, list[float]]:
    """Return a score of a run, and for each document how the score changes with its weight, times the documents."""
    documents = list(zip(run.labels, run.predicted, strict=True))
    if metric in BOUNDED:
        return _of_table(documents, len(run.probabilities[0]), accuracy if metric == "accuracy" else macro_f1)
    losses = []
    for label, probabilities in zip(run.labels, run.probabilities, strict=True):
        if metric == "log_loss":
            losses.append(-math.log(max(float(probabilities[label]), 1e-12)))
        else:
            losses.append(sum((float(each) - (place == label)) ** 2 for place, each in enumerate(probabilities)))
    mean = sum(losses) / len(losses)
    return mean, [loss - mean for loss in losses]


def _of_table(documents: Sequence[tuple[int, int]], classes: int, score) -> tuple[float, list[float]]:
    table = [[0.0] * classes for _ in range(classes)]
    for label, guess in documents:
        table[label][guess] += 1
    change = {}
    for label, guess in set(documents):
        cell = table[label][guess]
        table[label][guess] = cell + STEP
        more = score(table)
        table[label][guess] = cell - STEP
        change[label, guess] = len(documents) * (more - score(table)) / (2 * STEP)
        table[label][guess] = cell
    return score(table), [change[document] for document in documents]


class Scored(NamedTuple):
    """A model in one metric: its runs, their mean, the mean influence of the documents, and what trainings add."""

    scores: list[float]
    mean: float
    influence: list[float]
    trainings: list[tuple[float, float, float]]


@cache
def scored(model: Model, metric: str) -> Scored:
    found = [score_and_influence(run, metric) for run in model.runs]
    scores, influences = [score for score, _ in found], [values for _, values in found]
    together = [sum(values) / len(values) for values in zip(*influences, strict=True)]
    return Scored(scores, sum(scores) / len(scores), together, over_trainings(scores, influences))


def over_documents(values: Sequence[float], groups: Mapping[str, Sequence[str]], extra: float = 0.0) -> tuple:
    """Return (variance, degrees of freedom, kind of group) of a mean influence, for whichever kind is the widest."""
    found = []
    for kind in (None, *groups):
        sums: dict[object, float] = {}
        for place, value in enumerate(values):
            group = place if kind is None else groups[kind][place] or place
            sums[group] = sums.get(group, 0.0) + value
        count = len(sums)
        squares = sum(each**2 for each in sums.values())
        variance = (count / (count - 1) * squares + extra) / (len(values) + extra) ** 2
        found.append((variance, count - 1, kind))
    return max(found, key=lambda each: math.sqrt(each[0]) * student.ppf(0.975, each[1]))


def over_trainings(scores: Sequence[float], influences: Sequence[Sequence[float]]) -> list[tuple[float, float, float]]:
    """Return [(variance of the mean score, variance that was estimated, degrees of freedom)]; none of one run.

    What the documents explain is taken off: how much a document's influence differs from run to run, on average.
    """
    runs = len(scores)
    if runs < 2:
        return []
    between = float(np.var(scores, ddof=1))
    of_documents = [float(np.var(values, ddof=1)) for values in zip(*influences, strict=True)]
    noise = sum(of_documents) / len(of_documents) / len(of_documents)
    return [(max(0.0, between - noise) / runs, between / runs, runs - 1)]


def estimate(study: Study, name: str, metric: str) -> Row:
    """Return the score of a model with its intervals."""
    scores, mean, together, trainings = scored(study.models[name], metric)
    variance, freedom, kind = over_documents(together, study.groups)
    documents = [(variance, variance, freedom)]
    # One other training on other documents: their error twice, and all of the variance between trainings.
    another = [((len(scores) + 1) * part, (len(scores) + 1) * part, rest) for _, part, rest in trainings]
    spread = float(np.std(scores, ddof=1)) if len(scores) > 1 else None
    scope = study.models[name].scope
    low, high = _interval(mean, documents + trainings, metric, len(together))
    return {
        "mean": mean, "low": low, "high": high, "spread": spread, "scope": scope, "grouped_by": kind,
        "as_trained": _interval(mean, documents, metric, len(together)),
        "expected": _interval(mean, documents * 2 + another, metric, len(together)) if scope == "settings" else None,
    }  # fmt: skip


def _interval(mean: float, parts: Sequence[tuple[float, float, float]], metric: str, documents: int) -> list[float]:
    """Return Wilson's interval of a share, else the plain one; the quantile is Cochran and Cox's mean of all parts."""
    variance = sum(kept for kept, _, _ in parts)
    quantile = student.ppf(0.975, 1e6)
    if variance:
        quantile = sum(kept * student.ppf(0.975, freedom) for kept, _, freedom in parts) / variance
    if metric not in BOUNDED:
        return [mean - quantile * math.sqrt(variance), mean + quantile * math.sqrt(variance)]
    count = mean * (1 - mean) / variance if variance and 0 < mean < 1 else documents
    middle = (mean + quantile**2 / (2 * count)) / (1 + quantile**2 / count)
    half = quantile * math.sqrt(mean * (1 - mean) / count + (quantile / (2 * count)) ** 2) / (1 + quantile**2 / count)
    return [max(0.0, middle - half), min(1.0, middle + half)]


def compare(study: Study, first: str, second: str, metric: str, comparisons: int) -> Row:
    """Return the difference of two models and what is shown of it."""
    one, other = (scored(study.models[name], metric) for name in (first, second))
    apart = [mine - theirs for mine, theirs in zip(one.influence, other.influence, strict=True)]
    variance, freedom, kind = over_documents(apart, study.groups, 2.0 if metric == "accuracy" else 0.0)
    parts = [(variance, variance, freedom), *one.trainings, *other.trainings]
    total = sum(kept for kept, _, _ in parts)
    freedom = total**2 / sum(estimated**2 / rest for _, estimated, rest in parts)
    size, difference, alpha = math.sqrt(total), one.mean - other.mean, 0.05 / comparisons
    reach = size * student.ppf(1 - alpha / 2, freedom)
    p_value = 2 * student.sf(abs(difference) / size, freedom)
    scopes = {study.models[name].scope for name in (first, second)}
    return {
        "difference": difference, "low": difference - reach, "high": difference + reach, "p_value": p_value,
        "adjusted_p_value": min(1.0, comparisons * p_value), "significant": abs(difference) > reach,
        "equivalent": abs(difference) + size * student.ppf(1 - alpha, freedom) < 0.01,
        "smallest_shown": reach + size * student.ppf(0.8, freedom), "standard_error": size,
        "documents_error": math.sqrt(variance), "degrees_of_freedom": freedom, "comparisons": comparisons,
        "scope": "runs" if "runs" in scopes else "settings", "grouped_by": kind, "documents": len(apart),
    }  # fmt: skip


def best(study: Study) -> str | None:
    """Return the model with the highest accuracy among those from which validation chooses."""
    scores = {name: scored(study.models[name], "accuracy").mean for name in study.chosen_from}
    return min(scores, key=lambda name: (-scores[name], name), default=None)


def all_pairs(validation: Study, test: Study) -> Iterator[tuple[str, str, str, str, bool, int]]:
    """Yield (first, second, split, metric, planned, comparisons) of each comparison that a study makes."""
    chosen = best(validation) if validation.models else None
    others = [name for name in validation.chosen_from if name != chosen] if chosen else []
    for name in others:
        yield chosen, name, "validation", "accuracy", True, 2 * len(others)
    asked = [set(pair) for pair in test.questions]
    planned, explored = [], []
    for pair in combinations(test.models, 2):
        every = not chosen and not asked
        (planned if chosen in pair or set(pair) in asked or every else explored).append(pair)
    with_chosen = sum(chosen in pair for pair in planned)
    for first, second in planned:
        for metric in METRICS:
            yield first, second, "test", metric, True, len(planned) + with_chosen
    for first, second in explored:
        for metric in METRICS[:2]:
            yield first, second, "test", metric, False, len(explored)
