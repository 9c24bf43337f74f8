"""What the scores show: the best model, the simple baseline, architectures, single settings, refits."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from textstudy.report.language.claims import (
    group_by_verdict,
    list_statistics,
    list_verdicts,
    of_these_trainings,
    paired_result,
    statistics,
)
from textstudy.report.language.numbers import interval_in_sentence, percent
from textstudy.report.language.ranks import (
    learner,
    models_with_test_score,
    paired_test,
    quoted_title,
    rank_by_validation,
)
from textstudy.report.language.types import Finding, Report, finding
from textstudy.report.sections.results import effects, known_groups, refits

NAMED = 3  # less accurate models that a sentence names; more are counted


def findings(report: Report) -> list[Finding]:
    """Return the findings on the scores of the models, the most important first."""
    makers = (
        best_model, simple_baseline, architectures, effects.findings, refits.findings, known_groups.findings,
    )  # fmt: skip
    return [item for make in makers for item in make(report)]


def best_model(report: Report) -> list[Finding]:
    """Return the finding on the model with the highest validation accuracy: its test accuracy, and which are behind.

    Validation chooses it, so its test accuracy is not too high by the luck of the documents. The luck of its trainings
    stays, so the interval is that of these trainings.
    """
    names = rank_by_validation(report, tested=True)
    if not names:
        return []
    first, *others = names
    accuracy = report["models"][first]["test"]["accuracy"]
    text = f"{quoted_title(report, first)} has a test accuracy of {percent(accuracy['mean'])} %"
    details = f"Test accuracy of {quoted_title(report, first)}: {interval_in_sentence(accuracy)}."
    if not others:
        return [finding("best", f"{text}; it is the only model.", details=details, model=first, accuracy=accuracy)]
    found = group_by_verdict(report, dict.fromkeys(others, first))
    tests = [
        (paired_test(report, first, name), quoted_title(report, first), quoted_title(report, name)) for name in others
    ]
    text = f"Of {len(names)} models, {quoted_title(report, first)} has the highest validation accuracy. On test it has "
    text += f"{percent(accuracy['mean'])} %; {_against_others(report, found)}."
    text += of_these_trainings(pair for pair, *_ in tests)
    details = _accuracy_of_the_chosen(quoted_title(report, first), accuracy)
    evidence = {"accuracy": accuracy, **found}
    return [finding("best", text, details=f"{details} {list_statistics(tests)}".strip(), model=first, **evidence)]


def _accuracy_of_the_chosen(title: str, accuracy: Mapping[str, Any]) -> str:
    """Return the test accuracy with the interval that holds for the best of several: that of its own trainings."""
    low, high = accuracy["as_trained"]
    shown = interval_in_sentence({**accuracy, "low": low, "high": high})
    text = f"Test accuracy of {title}, as trained here: {shown}"
    if accuracy["spread"] is None:
        return f"{text}."
    return f"{text}. Other trainings may score lower, because lucky ones are more often chosen as the best."


def _against_others(report: Report, found: Mapping[str, list[str]]) -> str:
    """Return the clause on how the other models compare with the best one on validation."""
    clauses = {verdict: [quoted_title(report, name) for name in names] for verdict, names in found.items()}
    behind, others = len(clauses["worse"]), sum(map(len, clauses.values()))
    if behind == others > 1:
        return "all others are less accurate"
    if behind > NAMED:  # the reader looks for those that are as good
        counted = f"{behind} of the {others} others are less accurate"
        return "; ".join([counted, list_verdicts({**clauses, "worse": []})])
    return list_verdicts(clauses)


def simple_baseline(report: Report) -> list[Finding]:
    """Return the finding on the simple baseline, the best linear model on validation: every network against it.

    Ensembles are left out because they may contain the baseline, and refits because they have more training documents.
    """
    simple = [name for name in rank_by_validation(report, tested=True) if learner(report, name) == "linear"]
    networks = [
        name for name in models_with_test_score(report)
        if learner(report, name) == "network" and not report["models"][name]["refits"]
    ]  # fmt: skip
    if not simple or not networks:
        return []
    base = simple[0]
    accuracy = report["models"][base]["test"]["accuracy"]
    found = group_by_verdict(report, dict.fromkeys(networks, base))
    text = f"The simple baseline {quoted_title(report, base)} has a test accuracy of {percent(accuracy['mean'])} %; "
    tests = [(paired_test(report, name, base), quoted_title(report, name), quoted_title(report, base)) for name in networks]
    if len(networks) == 1:
        text += f"{paired_result(*tests[0])}."
    else:
        better = len(found["better"])
        text += (
            f"{better or 'none'} of {len(networks)} networks {'are' if better > 1 else 'is'} shown to be more accurate."
            f"{of_these_trainings(pair for pair, *_ in tests)}"
        )
    clauses = {verdict: [quoted_title(report, name) for name in names] for verdict, names in found.items()}
    details = f"By paired test with the baseline, {list_verdicts(clauses)}. {list_statistics(tests)}".strip()
    return [finding("baseline", text, details=details, model=base, **found)]


def architectures(report: Report) -> list[Finding]:
    """Return a finding for every two architectures of networks: their best models on validation, by paired test."""
    chosen: dict[str, str] = {}
    for name in rank_by_validation(report, tested=True):
        if learner(report, name) == "network":
            chosen.setdefault(report["models"][name]["architecture"], name)
    result = []
    for first, second in combinations(sorted(chosen), 2):
        pair = paired_test(report, chosen[first], chosen[second])
        if pair:
            titles = [f"{quoted_title(report, chosen[each])} ({each.replace('_', '-')})" for each in (first, second)]
            text = f"Best models of two architectures: {paired_result(pair, *titles)}."
            details = f"Each was chosen on validation. {statistics(pair, *titles)}"
            evidence = {"first": chosen[first], "second": chosen[second], "pair": pair}
            result.append(finding("architecture", text, details=details, **evidence))
    return result
