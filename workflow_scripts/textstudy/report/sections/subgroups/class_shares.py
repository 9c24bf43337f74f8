"""What the models would score if the classes came more or less often."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.claims import corrected_p
from textstudy.report.language.escaping import plain
from textstudy.report.language.numbers import change_in_points, interval, interval_in_sentence, percent
from textstudy.report.language.ranks import quoted_title, rank_models, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Finding, Report, finding

GIVEN = "given"
WORTH_NAMING = 0.01  # change of the accuracy from which it has a sentence
LONGEST = 40  # characters of a label, which may be any text


def findings(report: Report) -> list[Finding]:
    """Return what changes with the shares of the classes: the best model, and its accuracy."""
    found = report["scrutiny"]["class_shares"] if report["scrutiny"] else None
    return [*_other_best(report, found), *_other_accuracy(report, found)] if found else []


def _other_best(report: Report, found: Mapping[str, Any]) -> list[Finding]:
    """Return a finding where a model would be more accurate than the one that is best on validation, and is not now."""
    given, *shifted = found["scenarios"]
    already = {name for name, scores in given["models"].items() if scores["lead"] and scores["lead"]["better"]}
    for scenario in shifted:
        better = [
            name for name, scores in scenario["models"].items()
            if scores["lead"] and scores["lead"]["better"] and name not in already
        ]  # fmt: skip
        if better:
            name = max(better, key=lambda each: scenario["models"][each]["lead"]["mean"])
            other, best = scenario["models"][name], scenario["models"][found["reference"]]
            lead = other["lead"]
            text = (
                f"{_condition(found, scenario)}, {quoted_title(report, name)} would be more accurate than "
                f"{quoted_title(report, found['reference'])}, which is best on validation."
            )
            size = change_in_points(lead["mean"], lead["low"], lead["high"], "points")
            details = (
                f"The accuracies would be {interval_in_sentence(other['accuracy'])} and "
                f"{interval_in_sentence(best['accuracy'])}; paired difference {size}, "
                f"{corrected_p(lead['p_value'])} (Bonferroni, over all models and shares). {_ASSUMED}"
            )
            return [finding("class_shares_best", text, details=details, scenario=scenario["name"], models=better)]
    return []


def _other_accuracy(report: Report, found: Mapping[str, Any]) -> list[Finding]:
    """Return a finding where the accuracy of the best model on validation would clearly change."""
    name = found["reference"]
    given, *shifted = found["scenarios"]
    clear = [
        scenario for scenario in shifted
        if abs((change := scenario["models"][name]["change"])["mean"]) >= WORTH_NAMING
        and (change["low"] > 0 or change["high"] < 0)
    ]  # fmt: skip
    if not clear:
        return []
    scenario = max(clear, key=lambda each: abs(each["models"][name]["change"]["mean"]))
    scores, before = scenario["models"][name], given["models"][name]["accuracy"]["mean"]
    text = (
        f"{_condition(found, scenario)}, the accuracy of {quoted_title(report, name)} would be "
        f"{percent(scores['accuracy']['mean'], 0)} % instead of {percent(before, 0)} %."
    )
    change = change_in_points(**scores["change"], unit="points")
    details = f"Expected accuracy {interval_in_sentence(scores['accuracy'])}, a change of {change}. {_ASSUMED}"
    return [finding("class_shares", text, details=details, model=name, scenario=scenario["name"])]


_ASSUMED = "This assumes that the texts of each class stay the same and only their number changes."


def _condition(found: Mapping[str, Any], scenario: Mapping[str, Any]) -> str:
    if scenario["name"] == "equal":
        return "If all classes came equally often"
    how = {"half": "half", "twice": "twice"}[scenario["name"]]
    return f"If {plain(found['common'], LONGEST)}, the most frequent class, had {how} its share"


def table(report: Report) -> Table:
    """Return the accuracy of each model under each of the shares, and its macro F1 under equal ones."""
    found = report["scrutiny"]["class_shares"] if report["scrutiny"] else None
    scenarios = {scenario["name"]: scenario for scenario in found["scenarios"]} if found else {}
    common = plain(found["common"], LONGEST) if found else ""
    names = {
        GIVEN: "As in the test documents", "equal": "Equal shares", "half": f"Half as much {common}",
        "twice": f"Twice as much {common}",
    }  # fmt: skip
    equal = scenarios.get("equal")
    return Table(
        "table-class-shares",
        "Expected test accuracy in per cent if the classes came more or less often, with 95 % intervals. "
        f"{'Macro F1: with equal shares. ' if equal else ''}{_ASSUMED}",
        ["Model", *(names[name] for name in scenarios), *(["Macro F1"] if equal else [])],
        "l" + "r" * (len(scenarios) + bool(equal)),
        [
            [title(report, name), *(interval(each["models"][name]["accuracy"]) for each in scenarios.values()),
             *([interval(equal["models"][name]["macro_f1"])] if equal else [])]
            for name in rank_models(report) if len(scenarios) > 1
        ],
    )  # fmt: skip
