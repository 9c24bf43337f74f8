"""Ensembles: whether the best one improves on its members, and on what it was fitted; and each cascade."""

from textstudy.report.language.claims import paired_result, statistics
from textstudy.report.language.numbers import MISSING, count_of, interval_in_sentence, percent
from textstudy.report.language.ranks import (
    models_of,
    models_with_test_score,
    paired_test,
    quoted_title,
    rank_by_validation,
    score,
)
from textstudy.report.language.settings import flatten_settings
from textstudy.report.language.types import Finding, Report, finding
from textstudy.report.sections.ensembles import cascades


def findings(report: Report) -> list[Finding]:
    """Return the findings on the best ensemble, on ensembles fitted on different documents, and on each cascade."""
    return [*_best_ensemble(report), *_fitted_on(report), *cascades.findings(report)]


def _best_ensemble(report: Report) -> list[Finding]:
    """Return the finding on the best ensemble on validation: its paired test with its best member on validation."""
    there = models_of(report, "ensemble")
    ensembles = [name for name in rank_by_validation(report) if name in there]
    if not ensembles:
        return []
    first = ensembles[0]
    members = [name for name in rank_by_validation(report) if name in report["models"][first]["members"]]
    if not members:
        return []
    titles = quoted_title(report, first), quoted_title(report, members[0])
    reached, by_member = (_validation_accuracy(report, name) for name in (first, members[0]))
    pair = paired_test(report, first, members[0])
    text = f"The best ensemble against its best member: {paired_result(pair, *titles)}."
    details = (
        f"Of {count_of(len(ensembles), 'ensemble')}, {titles[0]} has the highest validation accuracy, {reached}; its "
        f"best member, {titles[1]}, has {by_member}. {statistics(pair, *titles)}"
    )
    return [finding("ensemble", text, details=details, model=first, member=members[0], pair=pair)]


def _validation_accuracy(report: Report, name: str) -> str:
    found = score(report, name, split="validation", metric="accuracy")
    return f"{percent(found['mean'])} %" if found else MISSING


def _fitted_on(report: Report) -> list[Finding]:
    """Return a finding for every two ensembles that differ only in the documents that they were fitted on."""
    result = []
    for held_out, in_sample in fitted_both_ways(report):
        titles = quoted_title(report, in_sample), quoted_title(report, held_out)
        reached = [interval_in_sentence(report["models"][name]["test"]["accuracy"]) for name in (in_sample, held_out)]
        pair = paired_test(report, in_sample, held_out)
        text = f"The same ensemble was fitted in two ways: {paired_result(pair, *titles)}."
        details = (
            f"Fitted on validation documents, on which its members were not trained, {titles[1]} has a test accuracy "
            f"of {reached[1]}. Fitted on the training documents of its members, {titles[0]} has {reached[0]}. "
            f"{statistics(pair, *titles)}"
        )
        evidence = {"held_out": held_out, "in_sample": in_sample, "pair": pair}
        result.append(finding("ensemble_fitted_on", text, details=details, **evidence))
    return result


def fitted_both_ways(report: Report) -> list[tuple[str, str]]:
    """Return (ensemble fitted on validation, ensemble fitted on train) for those that differ in nothing else."""
    alike: dict[tuple, dict[str, str]] = {}
    for name in _fitted_ensembles(report):
        settings = flatten_settings(report["models"][name]["settings"])
        split = settings.pop("fitted_on")
        alike.setdefault(tuple(settings.items()), {}).setdefault(split, name)
    return [(names["validation"], names["train"]) for names in alike.values() if len(names) > 1]


def _fitted_ensembles(report: Report) -> list[str]:
    """Return the ensembles that were fitted themselves, which a mean or a refit is not, and have a test accuracy."""
    scored = models_with_test_score(report)
    return [
        name for name in models_of(report, "ensemble")
        if name in scored and not report["models"][name]["refits"]
        and report["models"][name]["settings"]["method"] != "average"
    ]  # fmt: skip
