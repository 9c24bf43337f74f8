"""What the scores say: the best model, the baseline, architectures, single settings, refits."""


from collections.abc import Mapping
from textstudy.report.language.claims import size_of_difference, name_of_test, paired_result, shorten_list, list_verdicts, group_by_verdict
from textstudy.report.language.numbers import percent, interval_in_sentence
from textstudy.report.language.ranks import rank_by_validation, learner, mean_score, quoted_title, paired_test, models_with_test_score
from textstudy.report.language.types import Finding, Report, finding
from typing import Any
from textstudy.report.sections.results import effects, refits



def findings(report: Report) -> list[Finding]:
    """Return what the scores say of the models, the most important first."""
    makers = (best, baseline, architectures, effects.findings, refits.findings)
    return [item for make in makers for item in make(report)]


def best(report: Report) -> list[Finding]:
    """The highest test accuracy, against the next by paired test, and who else cannot be told from it."""
    names = models_with_test_score(report)
    if not names:
        return []
    first = names[0]
    score = report["models"][first]["test"]["accuracy"]
    text = f"{quoted_title(report, first)} reaches {interval_in_sentence(score)} accuracy on the test documents"
    if len(names) == 1:
        return [finding("best", f"{text}; it is the only model.", model=first, accuracy=score)]
    second = names[1]
    pair = paired_test(report, first, second)
    if mean_score(report, second) < mean_score(report, first):
        text += f", the highest of {len(names)} models"
    text = f"{text}. {_against_next(report, second, pair)}"
    tied = [name for name in names[2:] if (other := paired_test(report, first, name)) and other["verdict"] == "unclear"]
    if tied:
        text += f" Between the first and {_listed(report, tied)} no difference could be shown"
        text += " either." if pair and pair["verdict"] == "unclear" else "."
    evidence = {"accuracy": score, "runner_up": second, "pair": pair, "not_distinguished": tied}
    return [finding("best", text, model=first, **evidence)]



def _against_next(report: Report, second: str, pair: Mapping[str, Any] | None) -> str:
    runner = f"{quoted_title(report, second)} ({percent(mean_score(report, second))} %)"
    if pair is None:
        return f"The next is {runner}; no paired test of the two was made."
    if pair["verdict"] == "better":
        return f"It beats the next, {runner}, by {size_of_difference(pair)} ({name_of_test(pair)})."
    if pair["verdict"] == "worse":
        return f"The paired test with the next, {runner}, says the opposite ({name_of_test(pair)}): trust neither order."
    return f"The next is {runner}; no difference between the two could be shown ({name_of_test(pair)})."



def baseline(report: Report) -> list[Finding]:
    """The simple model that validation prefers against every network, each by its own paired test.

    An ensemble is no network, and may hold the baseline itself; a refit learned from more documents than the baseline.
    """
    simple = [name for name in _contenders(report) if learner(report, name) == "linear"]
    networks = [
        name for name in models_with_test_score(report)
        if name in rank_by_validation(report) and learner(report, name) == "network"
    ]  # fmt: skip
    if not simple or not networks:
        return []
    base = simple[0]
    score = report["models"][base]["test"]["accuracy"]
    found = group_by_verdict(report, dict.fromkeys(networks, base))
    shown = {verdict: [quoted_title(report, name) for name in names] for verdict, names in found.items()}
    text = f"Against the simple baseline {quoted_title(report, base)} ({interval_in_sentence(score)} on test), "
    if len(networks) > 1:
        better = len(found["better"])
        are = "are" if better > 1 else "is"
        text += f"{better or 'none'} of {len(networks)} networks {are} shown to be more accurate. By paired test, "
    text += f"{list_verdicts(shown)}."
    return [finding("baseline", text, model=base, **found)]



def architectures(report: Report) -> list[Finding]:
    """The best network of each architecture on validation, against that of every other; an ensemble is none."""
    chosen: dict[str, str] = {}
    for name in _contenders(report):
        if learner(report, name) == "network":
            chosen.setdefault(_family(report, name), name)
    result = []
    families = sorted(chosen)
    for place, first in enumerate(families):
        for second in families[place + 1 :]:
            pair = paired_test(report, chosen[first], chosen[second])
            if pair is None:
                continue
            one, other = (f"{quoted_title(report, chosen[family])} ({family.replace('_', '-')})" for family in (first, second))
            text = f"Of the architectures' best on validation, {paired_result(pair, one, other)}."
            result.append(finding("architecture", text, first=chosen[first], second=chosen[second], pair=pair))
    return result



def _contenders(report: Report) -> list[str]:
    """The models with a test accuracy among which validation chooses, best first."""
    return [name for name in rank_by_validation(report) if name in models_with_test_score(report)]



def _family(report: Report, name: str) -> str:
    return report["models"][name]["architecture"]



def _listed(report: Report, names: list[str]) -> str:
    return shorten_list([quoted_title(report, name) for name in names])



