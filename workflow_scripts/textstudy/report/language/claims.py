"""What sentences may claim: one puts a model above another only where a paired test shows it.

Choices among models (the best of an architecture, the simple baseline) are made on validation, never on test.
"""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.numbers import join_items, p_value, signed_interval
from textstudy.report.language.ranks import paired_test
from textstudy.report.language.types import Report

LONGEST_LIST = 6  # items that a sentence names

VERDICTS = {
    "better": "{models} {are} more accurate",
    "worse": "{models} {are} less accurate",
    "unclear": "no difference is shown for {models}",
    "untested": "no paired test was made for {models}",
}


def group_by_verdict(report: Report, rivals: Mapping[str, str]) -> dict[str, list[str]]:
    """Return verdict → models; `rivals` maps each model to the model that it is compared with."""
    found: dict[str, list[str]] = {verdict: [] for verdict in VERDICTS}
    for name, rival in rivals.items():
        pair = paired_test(report, name, rival)
        found[pair["verdict"] if pair else "untested"].append(name)
    return found


def list_verdicts(models: Mapping[str, list[str]]) -> str:
    """Return one clause per verdict: "A and B are more accurate; no difference is shown for C"."""
    return "; ".join(
        VERDICTS[verdict].format(models=shorten_list(names), are="is" if len(names) == 1 else "are")
        for verdict, names in models.items() if names
    )  # fmt: skip


def shorten_list(items: list[str]) -> str:
    """Return items as a sentence lists them; of many, the first few and how many more there are."""
    if len(items) > LONGEST_LIST:
        items = [*items[: LONGEST_LIST - 1], f"{len(items) - LONGEST_LIST + 1} more"]
    return join_items(items)


def paired_result(pair: Mapping[str, Any] | None, first: str, second: str) -> str:
    """Return what the paired test of two models on the test set shows; `first` and `second` are their titles."""
    if pair is None:
        return f"{first} and {second} were not compared by a paired test"
    if pair["verdict"] == "better":
        return f"{first} is more accurate on test than {second}, by {size_of_difference(pair)} ({name_of_test(pair)})"
    if pair["verdict"] == "worse":
        return f"{second} is more accurate on test than {first}, by {size_of_difference(pair)} ({name_of_test(pair)})"
    return f"no difference between {first} and {second} is shown on test ({name_of_test(pair)})"


def paired_sentence(pair: Mapping[str, Any] | None, first: str, second: str) -> str:
    """Return `paired_result` as a sentence of its own."""
    return f"{'Paired test: ' if pair else ''}{paired_result(pair, first, second)}."


def size_of_difference(pair: Mapping[str, Any]) -> str:
    """Return the size of a difference without its sign, with its interval."""
    sign = 1 if pair["difference"] >= 0 else -1
    low, high = sorted((sign * pair["low"], sign * pair["high"]))
    return f"{abs(100 * pair['difference']):.1f} points {signed_interval(low, high)}"


def name_of_test(pair: Mapping[str, Any]) -> str:
    """Return the name of a paired test with its corrected p-value: "McNemar mid-p, corrected p = 0.004"."""
    return f"{pair['test']}, {corrected_p(pair['adjusted_p_value'])}"


def corrected_p(probability: float) -> str:
    """Return a corrected p-value as a sentence states it: "corrected p = 0.004", "corrected p < 0.001"."""
    value = p_value(probability)
    return f"corrected p {value if value.startswith('<') else f'= {value}'}"
