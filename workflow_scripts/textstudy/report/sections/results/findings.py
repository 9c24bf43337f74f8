"""What the scores show: the best model, the simple baseline, architectures, single settings, refits."""

from itertools import combinations

from textstudy.report.language.claims import (
    group_by_verdict,
    list_verdicts,
    paired_result,
    paired_sentence,
    shorten_list,
)
from textstudy.report.language.numbers import interval_in_sentence, percent
from textstudy.report.language.ranks import (
    learner,
    mean_score,
    models_with_test_score,
    paired_test,
    quoted_title,
    rank_by_validation,
)
from textstudy.report.language.types import Finding, Report, finding
from textstudy.report.sections.results import effects, known_groups, refits


def findings(report: Report) -> list[Finding]:
    """Return the findings on the scores of the models, the most important first."""
    makers = (
        best_model, simple_baseline, architectures, effects.findings, refits.findings, known_groups.findings,
    )  # fmt: skip
    return [item for make in makers for item in make(report)]


def best_model(report: Report) -> list[Finding]:
    """Return the finding on the highest test accuracy: how its model compares with the next, and with all others."""
    names = models_with_test_score(report)
    if not names:
        return []
    first, *others = names
    accuracy = report["models"][first]["test"]["accuracy"]
    text = f"{quoted_title(report, first)} has a test accuracy of {interval_in_sentence(accuracy)}"
    if not others:
        return [finding("best", f"{text}; it is the only model.", model=first, accuracy=accuracy)]
    second = others[0]
    tests = {name: paired_test(report, first, name) for name in others}
    if mean_score(report, second) < mean_score(report, first):
        text += f", the highest of {len(names)} models"
    tied = [name for name in others[1:] if tests[name] and tests[name]["verdict"] == "unclear"]
    text = f"{text}. {_next_model(report, first, second)}"
    if tied:
        either = " either" if tests[second] and tests[second]["verdict"] == "unclear" else ""
        text += f" {_other_ties(report, first, tied)}{either}."
    evidence = {"accuracy": accuracy, "runner_up": second, "pair": tests[second], "not_distinguished": tied}
    return [finding("best", text, model=first, **evidence)]


def _next_model(report: Report, first: str, second: str) -> str:
    pair = paired_test(report, first, second)
    titles = quoted_title(report, first), quoted_title(report, second)
    text = f"The next model, {titles[1]}, has {percent(mean_score(report, second))} %. {paired_sentence(pair, *titles)}"
    if pair and pair["verdict"] == "worse":
        text += " This test contradicts the order of the two accuracies, so neither order can be relied on."
    return text


def _other_ties(report: Report, first: str, tied: list[str]) -> str:
    """Return the clause on the models beyond the second whose paired test shows no difference from the first."""
    titles = shorten_list([quoted_title(report, name) for name in tied])
    tests, show = ("The paired test", "shows") if len(tied) == 1 else ("Paired tests", "show")
    return f"{tests} of {quoted_title(report, first)} with {titles} {show} no difference"


def simple_baseline(report: Report) -> list[Finding]:
    """Return the finding on the simple baseline, the best linear model on validation: every network against it.

    Ensembles are left out because they may contain the baseline, and refits because they have more training documents.
    """
    simple = [name for name in _candidates(report) if learner(report, name) == "linear"]
    networks = [
        name for name in models_with_test_score(report)
        if name in rank_by_validation(report) and learner(report, name) == "network"
    ]  # fmt: skip
    if not simple or not networks:
        return []
    base = simple[0]
    accuracy = interval_in_sentence(report["models"][base]["test"]["accuracy"])
    found = group_by_verdict(report, dict.fromkeys(networks, base))
    text = f"The simple baseline {quoted_title(report, base)} has a test accuracy of {accuracy}. "
    if len(networks) == 1:
        titles = (quoted_title(report, name) for name in (networks[0], base))
        text += paired_sentence(paired_test(report, networks[0], base), *titles)
    else:
        better = len(found["better"])
        clauses = {verdict: [quoted_title(report, name) for name in names] for verdict, names in found.items()}
        text += (
            f"{better or 'None'} of {len(networks)} networks {'are' if better > 1 else 'is'} shown to be more "
            f"accurate. By paired test, {list_verdicts(clauses)}."
        )
    return [finding("baseline", text, model=base, **found)]


def architectures(report: Report) -> list[Finding]:
    """Return a finding for every two architectures of networks: their best models on validation, by paired test."""
    chosen: dict[str, str] = {}
    for name in _candidates(report):
        if learner(report, name) == "network":
            chosen.setdefault(report["models"][name]["architecture"], name)
    result = []
    for first, second in combinations(sorted(chosen), 2):
        pair = paired_test(report, chosen[first], chosen[second])
        if pair:
            titles = (f"{quoted_title(report, chosen[each])} ({each.replace('_', '-')})" for each in (first, second))
            text = f"Best models of two architectures, chosen on validation: {paired_result(pair, *titles)}."
            result.append(finding("architecture", text, first=chosen[first], second=chosen[second], pair=pair))
    return result


def _candidates(report: Report) -> list[str]:
    """Return the models that validation may choose and that have a test accuracy, best on validation first."""
    return [name for name in rank_by_validation(report) if name in models_with_test_score(report)]
