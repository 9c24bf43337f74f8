"""Ensembles: what they join, how and on what they were fitted, and what that is worth by paired test."""

from typing import Any

from textstudy.report.language.claims import outcome
from textstudy.report.language.numbers import MISSING, percent, stated
from textstudy.report.language.ranks import by_validation, ensembles, estimate, learner, mean, named, paired
from textstudy.report.language.settings import flattened
from textstudy.report.language.types import Finding, Report, finding


def findings(report: Report) -> list[Finding]:
    """The best ensemble on validation against its best member, and what fitting on the members' own documents does."""
    return [*_best(report), *_in_sample(report)]


def _best(report: Report) -> list[Finding]:
    names = [name for name in by_validation(report) if learner(report, name) == "ensemble"]
    if not names:
        return []
    first = names[0]
    members = [name for name in by_validation(report) if name in report["models"][first]["members"]]
    if not members:
        return []
    single = members[0]
    pair = paired(report, first, single)
    which = f"the best of {len(names)} ensembles" if len(names) > 1 else "the only ensemble"
    text = (
        f"On validation {which}, {named(report, first)}, reaches {_on_validation(report, first)} and the best of its "
        f"members, {named(report, single)}, {_on_validation(report, single)}. "
        f"Paired test: {outcome(pair, named(report, first), named(report, single))}."
    )
    return [finding("ensemble", text, model=first, member=single, pair=pair)]


def _on_validation(report: Report, name: str) -> str:
    found = estimate(report, name, split="validation", metric="accuracy")
    return f"{percent(found['mean'])} %" if found else MISSING


def _in_sample(report: Report) -> list[Finding]:
    """For ensembles that differ only in what they were fitted on: what each way reaches on test."""
    result = []
    for held, inside in fitted_both_ways(report):
        pair = paired(report, inside, held)
        reached = [stated(report["models"][name]["test"]["accuracy"]) for name in (held, inside)]
        text = (
            f"One ensemble, fitted two ways: on validation documents, which its members were not trained on, "
            f"{named(report, held)} reaches {reached[0]} on test; on the members' own training documents, "
            f"{named(report, inside)} reaches {reached[1]}. "
            f"Paired test: {outcome(pair, named(report, inside), named(report, held))}."
        )
        result.append(finding("ensemble_fitted_on", text, held_out=held, in_sample=inside, pair=pair))
    return result


def fitted_both_ways(report: Report) -> list[tuple[str, str]]:
    """Return (fitted on validation, fitted on train) of the ensembles that differ in nothing else."""
    alike: dict[tuple[Any, ...], dict[str, str]] = {}
    for name in _fitted(report):
        settings = flattened(report["models"][name]["settings"])
        way = settings.pop("fitted_on")
        alike.setdefault(tuple(settings.items()), {}).setdefault(way, name)
    return [(ways["validation"], ways["train"]) for ways in alike.values() if len(ways) > 1]


def _fitted(report: Report) -> list[str]:
    """The ensembles with something to fit, that were fitted on their own, and have a test accuracy."""
    return [
        name for name in ensembles(report)
        if report["models"][name]["settings"]["method"] != "average"
        and not report["models"][name].get("refits") and mean(report, name) > float("-inf")
    ]  # fmt: skip
