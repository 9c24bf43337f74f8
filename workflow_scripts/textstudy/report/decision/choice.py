"""Which model to use: one of the cheapest of those not shown worse than the best on validation."""

from dataclasses import dataclass

from textstudy.report.language.costs import cheapest, latency
from textstudy.report.language.ranks import paired_test, rank_by_validation, score
from textstudy.report.language.types import Report

AS_CHEAP = 2.0  # times the least cost, below which accuracy on validation decides


@dataclass(frozen=True)
class Choice:
    """A choice among models, made on validation alone.

    Attributes:
        recommended: the cheapest candidate, or a more accurate one that costs about as little.
        best: the model with the highest validation accuracy.
        candidates: the models not shown to be worse than the best, the best first.
        tied: the candidates that cost about as little as the cheapest, the recommended one first.
        worse: the models shown to be worse than the best.
        untested: the models that no paired test compares with the best.
        collapsed: the models left out because a run of theirs predicts nearly always the same class.
    """

    recommended: str
    best: str
    candidates: list[str]
    tied: list[str]
    worse: list[str]
    untested: list[str]
    collapsed: list[str]


def choose(report: Report) -> Choice | None:
    """Return the choice; None where no model has a validation accuracy.

    Refits are left out: they have no validation documents of their own. So are collapsed models, unless all are. A
    model that was not compared with the best by a paired test is no candidate, whatever it costs.
    """
    ranked = [name for name in rank_by_validation(report) if score(report, name, split="validation", metric="accuracy")]
    if not ranked:
        return None
    collapsed = [name for name in ranked if report["models"][name]["collapsed"]]
    names = [name for name in ranked if name not in collapsed] or ranked
    best, *others = names
    tests = {name: paired_test(report, name, best, split="validation") for name in others}
    worse = [name for name in others if tests[name] and tests[name]["verdict"] == "worse"]
    untested = [name for name in others if tests[name] is None]
    candidates = [name for name in names if name not in worse and name not in untested]
    lowest = cheapest(report, candidates)
    about = AS_CHEAP * latency(report, lowest[0])
    tied = [name for name in candidates if name in lowest or latency(report, name) < about]
    recommended = tied[0]  # where costs are about the same, accuracy decides
    return Choice(
        recommended=recommended, best=best, candidates=candidates,
        tied=[recommended, *(name for name in tied if name != recommended)], worse=worse, untested=untested,
        collapsed=[name for name in collapsed if name not in names],
    )  # fmt: skip
