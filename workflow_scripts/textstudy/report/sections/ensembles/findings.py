"""Ensembles: what they join, how and on what they were fitted, and what that is worth by paired test."""

from typing import Any

from textstudy.report.language.claims import paired_result
from textstudy.report.language.numbers import MISSING, interval_in_sentence, percent
from textstudy.report.language.ranks import (
    ensemble_names,
    learner,
    mean_score,
    paired_test,
    quoted_title,
    rank_by_validation,
    score,
)
from textstudy.report.language.settings import flatten_settings
from textstudy.report.language.types import Finding, Report, finding


def findings(report: Report) -> list[Finding]:
    """The best ensemble on validation against its best member, and what fitting on the members' own documents does."""
    return [*_best(report), *_in_sample(report)]


def _best(report: Report) -> list[Finding]:
    names = [name for name in rank_by_validation(report) if learner(report, name) == "ensemble"]
    if not names:
        return []
    first = names[0]
    members = [name for name in rank_by_validation(report) if name in report["models"][first]["members"]]
    if not members:
        return []
    single = members[0]
    pair = paired_test(report, first, single)
    which = f"the best of {len(names)} ensembles" if len(names) > 1 else "the only ensemble"
    text = (
        f"On validation {which}, {quoted_title(report, first)}, reaches {_on_validation(report, first)} and the best of its "
        f"members, {quoted_title(report, single)}, {_on_validation(report, single)}. "
        f"Paired test: {paired_result(pair, quoted_title(report, first), quoted_title(report, single))}."
    )
    return [finding("ensemble", text, model=first, member=single, pair=pair)]


def _on_validation(report: Report, name: str) -> str:
    found = score(report, name, split="validation", metric="accuracy")
    return f"{percent(found['mean'])} %" if found else MISSING


def _in_sample(report: Report) -> list[Finding]:
    """For ensembles that differ only in what they were fitted on: what each way reaches on test."""
    result = []
    for held, inside in fitted_both_ways(report):
        pair = paired_test(report, inside, held)
        reached = [interval_in_sentence(report["models"][name]["test"]["accuracy"]) for name in (held, inside)]
        text = (
            f"One ensemble, fitted two ways: on validation documents, which its members were not trained on, "
            f"{quoted_title(report, held)} reaches {reached[0]} on test; on the members' own training documents, "
            f"{quoted_title(report, inside)} reaches {reached[1]}. "
            f"Paired test: {paired_result(pair, quoted_title(report, inside), quoted_title(report, held))}."
        )
        result.append(finding("ensemble_fitted_on", text, held_out=held, in_sample=inside, pair=pair))
    return result


def fitted_both_ways(report: Report) -> list[tuple[str, str]]:
    """Return (fitted on validation, fitted on train) of the ensembles that differ in nothing else."""
    alike: dict[tuple[Any, ...], dict[str, str]] = {}
    for name in _fitted(report):
        settings = flatten_settings(report["models"][name]["settings"])
        way = settings.pop("fitted_on")
        alike.setdefault(tuple(settings.items()), {}).setdefault(way, name)
    return [(ways["validation"], ways["train"]) for ways in alike.values() if len(ways) > 1]


def _fitted(report: Report) -> list[str]:
    """The ensembles with something to fit, that were fitted on their own, and have a test accuracy."""
    return [
        name for name in ensemble_names(report)
        if report["models"][name]["settings"]["method"] != "average"
        and not report["models"][name].get("refits") and mean_score(report, name) > float("-inf")
    ]  # fmt: skip
