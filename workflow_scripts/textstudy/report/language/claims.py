"""What sentences may claim: one puts a model above another only where a paired test shows it.

Choices among models (the best of an architecture, the simple baseline) are made on validation, never on test. A test
holds for new documents, and for new trainings where each model with random parts was trained several times.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from textstudy.report.language.numbers import MISSING, count_of, join_items, p_value, percent, points, signed_interval
from textstudy.report.language.ranks import paired_test
from textstudy.report.language.types import Report

LONGEST_LIST = 6  # items that a sentence names
AS_TRAINED = "as trained here, once"

VERDICTS = {
    "better": "{models} {are} more accurate",
    "worse": "{models} {are} less accurate",
    "equivalent": "{models} {are} equally accurate, within 1 point",
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
    """Return what the paired test of two models on the test set shows; `first` and `second` are their titles.

    Of models with random parts that were trained once it speaks as of these trainings only.
    """
    if pair is None:
        return f"{first} and {second} were not compared by a paired test"
    once = f", {AS_TRAINED}" if pair["scope"] == "runs" else ""
    size = f"by {abs(100 * pair['difference']):.1f} points{once}"
    if pair["verdict"] == "better":
        return f"{first} is more accurate on test than {second}, {size}"
    if pair["verdict"] == "worse":
        return f"{second} is more accurate on test than {first}, {size}"
    if pair["verdict"] == "equivalent":
        return f"{first} and {second} are equally accurate on test, within 1 point{once}"
    return f"no difference between {first} and {second} is shown on test{once}"


def statistics(pair: Mapping[str, Any] | None, first: str = "", second: str = "") -> str:
    """Return the sentences on the numbers behind a paired test; empty without one. The titles come first, if given."""
    if pair is None:
        return ""
    names = f"{first} − {second}: " if first else ""
    parts = [
        f"{names}{points(pair['difference'])} points {signed_interval(pair['low'], pair['high'])}, "
        f"{corrected_p(pair['adjusted_p_value'])}, both corrected for {count_of(pair['comparisons'], 'comparison')}",
        f"a true difference of {abs(100 * pair['smallest_shown']):.1f} points would be shown with 80 % probability",
    ]
    if any(spread is not None for spread in pair["spreads"]):
        spreads = " and ".join(MISSING if spread is None else percent(spread) for spread in pair["spreads"])
        parts.append(f"standard deviation over seeds {spreads} points")
    if pair["grouped_by"]:
        parts.append(f"documents vary by {pair['grouped_by']}")
    return f"{'; '.join(parts)}."


def list_statistics(pairs: Iterable[tuple[Mapping[str, Any] | None, str, str]]) -> str:
    """Return the statistics of several (pair, title of the first, title of the second)."""
    return " ".join(filter(None, (statistics(*each) for each in pairs)))


def corrected_p(probability: float) -> str:
    """Return a corrected p-value as a sentence states it: "corrected p = 0.004", "corrected p < 0.001"."""
    value = p_value(probability)
    return f"corrected p {value if value.startswith('<') else f'= {value}'}"
