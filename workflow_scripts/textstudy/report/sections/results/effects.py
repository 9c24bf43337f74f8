"""What one setting does: models of a study that differ in it alone, each two by their paired test."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from textstudy.report.language.claims import paired_result
from textstudy.report.language.types import Finding, Report, finding
from textstudy.report.language.numbers import count_of, p_value
from textstudy.report.language.ranks import quoted_title, paired_test, models_with_test_score
from textstudy.report.language.settings import flatten_settings

# These have findings of their own, which say more.
ELSEWHERE = ("strategy", "embeddings", "encoding", "fitted_on", "members", "model")
GROUPS = {"dropout": "dropout", "layer_rates": "layer_rates"}  # settings that are one choice together
CLAUSES = 4  # pairs without a difference that a sentence names


def findings(report: Report) -> list[Finding]:
    """Return for each setting in which some models alone differ what the paired tests of these models show."""
    by_setting: dict[str, list[tuple[str, str]]] = {}
    names = [name for name in report["models"] if name in models_with_test_score(report) and not report["models"][name].get("refits")]
    # A model that extends a winner may change nothing of it: once is enough.
    first_of = {_identity(report["models"][name]): name for name in reversed(names)}
    names = [name for name in names if name in first_of.values()]
    for first, second in combinations(names, 2):
        setting = only_difference(report["models"][first], report["models"][second])
        if setting and setting not in ELSEWHERE and paired_test(report, first, second):
            by_setting.setdefault(setting, []).append((first, second))
    return [_finding(report, setting, pairs) for setting, pairs in by_setting.items()]


def only_difference(first: Mapping[str, Any], second: Mapping[str, Any]) -> str | None:
    """Return the one setting in which two models differ; None where it is none or several.

    The models have one architecture, or settings that both architectures share.
    """
    if first["architecture"] == second["architecture"]:
        one, other = (flatten_settings(_settings(model)) for model in (first, second))
    elif first["comparable_settings"] and second["comparable_settings"]:
        one, other = (flatten_settings(_comparable(model)) for model in (first, second))
    else:
        return None
    differing = {_choice(key) for key in {*one, *other} if one.get(key) != other.get(key)}
    return differing.pop() if len(differing) == 1 else None


def _identity(model: Mapping[str, Any]) -> tuple:
    return model["architecture"], *sorted(flatten_settings(_settings(model)).items())


def _settings(model: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in model["settings"].items() if key != "title"}


def _comparable(model: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in model["comparable_settings"].items() if key != "title"}


def _choice(key: str) -> str:
    """Return what a setting belongs to: all kinds of dropout are one choice, and so are all rates of layers."""
    parts = key.split(".")
    return next((choice for mark, choice in GROUPS.items() if parts[-1].endswith(mark) or parts[0] == mark), key)


def _finding(report: Report, setting: str, pairs: list[tuple[str, str]]) -> Finding:
    tests = {two: paired_test(report, *two) for two in pairs}
    called = {two: _called(report, two, setting) for two in pairs}
    shown = [paired_result(test, *called[two]) for two, test in tests.items() if test["verdict"] != "unclear"]
    unclear = [two for two, test in tests.items() if test["verdict"] == "unclear"]
    if unclear:
        named_two = [" and ".join(called[two]) for two in unclear[:CLAUSES]]
        more = f", nor of {count_of(len(unclear) - CLAUSES, 'more pair')}" if len(unclear) > CLAUSES else ""
        least = p_value(min(tests[two]["adjusted_p_value"] for two in unclear))
        between = ", nor between ".join(named_two)
        shown.append(f"no difference could be shown between {between}{more} (corrected p from {least})")
    text = f"Of models that differ in {setting.replace('_', ' ').replace('.', ' ')} alone: {'; '.join(shown)}."
    return finding("effect", text, setting=setting, pairs=[list(pair) for pair in pairs])


def _called(report: Report, two: tuple[str, str], setting: str) -> list[str]:
    """Return what two models are called, with their values of the setting where that is one value and tells them apart.

    Of a choice of several settings, as all kinds of dropout are one, the setting of its name may be the same in both.
    """
    values = []
    for name in two:
        model = report["models"][name]
        values.append(flatten_settings(model["settings"] | (model["comparable_settings"] or {})).get(setting))
    names = [quoted_title(report, name) for name in two]
    if None in values or values[0] == values[1]:
        return names
    return [f"{name} ({value})" for name, value in zip(names, values, strict=True)]
