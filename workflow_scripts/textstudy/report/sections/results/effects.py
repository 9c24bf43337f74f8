"""The effect of one setting: paired tests of the models that differ only in this setting."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from textstudy.report.language.claims import list_statistics, paired_result
from textstudy.report.language.numbers import count_of, join_items
from textstudy.report.language.ranks import models_with_test_score, paired_test, quoted_title
from textstudy.report.language.settings import flatten_settings
from textstudy.report.language.types import Finding, Report, finding

# Other findings compare models by these settings, in more detail.
ELSEWHERE = ("strategy", "embeddings", "encoding", "fitted_on", "members", "model")
GROUPS = {"dropout": "dropout", "layer_rates": "layer_rates"}  # settings that count as one choice
LONGEST_LIST = 4  # pairs without a shown difference that a sentence names


def findings(report: Report) -> list[Finding]:
    """Return a finding for each setting that is the only difference between two models with a paired test."""
    by_setting: dict[str, list[tuple[str, str]]] = {}
    for first, second in combinations(_distinct_models(report), 2):
        setting = only_difference(report["models"][first], report["models"][second])
        if setting and setting not in ELSEWHERE and paired_test(report, first, second):
            by_setting.setdefault(setting, []).append((first, second))
    return [_finding(report, setting, pairs) for setting, pairs in by_setting.items()]


def _distinct_models(report: Report) -> list[str]:
    """Return the models that may be compared: no refits, and one of those with the same settings.

    A model that extends the winner of a phase may change nothing of it.
    """
    scored = models_with_test_score(report)
    first_of: dict[tuple, str] = {}
    for name, model in report["models"].items():
        if name in scored and not model["refits"]:
            first_of.setdefault((model["architecture"], *_flatten(model["settings"]).items()), name)
    return list(first_of.values())


def only_difference(first: Mapping[str, Any], second: Mapping[str, Any]) -> str | None:
    """Return the one setting in which two models differ; None where they differ in none or in several.

    Models of two architectures are compared by their `comparable_settings`, where both have them.
    """
    key = "settings" if first["architecture"] == second["architecture"] else "comparable_settings"
    if first[key] is None or second[key] is None:
        return None
    one, other = _flatten(first[key]), _flatten(second[key])
    differing = {_choice(name) for name in {*one, *other} if one.get(name) != other.get(name)}
    return differing.pop() if len(differing) == 1 else None


def _flatten(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return settings without the title, which changes nothing, as dotted names with values as words."""
    return flatten_settings({key: value for key, value in settings.items() if key != "title"})


def _choice(key: str) -> str:
    """Return the choice that a setting is part of: all kinds of dropout are one choice, so are all rates of layers."""
    parts = key.split(".")
    return next((choice for mark, choice in GROUPS.items() if parts[-1].endswith(mark) or parts[0] == mark), key)


def _finding(report: Report, setting: str, pairs: list[tuple[str, str]]) -> Finding:
    tests = {two: paired_test(report, *two) for two in pairs}
    names = {two: _names_with_value(report, two, setting) for two in pairs}
    unclear = [two for two, test in tests.items() if test["verdict"] in ("unclear", "equivalent")]
    clauses = [paired_result(test, *names[two]) for two, test in tests.items() if two not in unclear]
    if unclear:
        listed = ["between " + " and ".join(names[two]) for two in unclear[:LONGEST_LIST]]
        if len(unclear) > LONGEST_LIST:
            listed.append(f"in {count_of(len(unclear) - LONGEST_LIST, 'more pair')}")
        clauses.append(f"no difference is shown {join_items(listed)}")
    text = f"Models that differ only in {setting.replace('_', ' ').replace('.', ' ')}: {'; '.join(clauses)}."
    details = list_statistics((test, *names[two]) for two, test in tests.items())
    return finding("effect", text, details=details, setting=setting, pairs=[list(pair) for pair in pairs])


def _names_with_value(report: Report, two: tuple[str, str], setting: str) -> list[str]:
    """Return the titles of two models, each with its value of the setting where both have one and they differ.

    Where the setting stands for a choice of several settings, such as all kinds of dropout, its own value may be the
    same in both.
    """
    values = []
    for name in two:
        model = report["models"][name]
        settings = model["settings"] if model["comparable_settings"] is None else {
            **model["settings"], **model["comparable_settings"]
        }  # fmt: skip
        values.append(flatten_settings(settings).get(setting))
    names = [quoted_title(report, name) for name in two]
    if None in values or values[0] == values[1]:
        return names
    return [f"{name} ({value})" for name, value in zip(names, values, strict=True)]
