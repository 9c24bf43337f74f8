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
AS_TRAINED = "as trained here"

VERDICTS = {
    "better": "{models} {are} more accurate",
    "worse": "{models} {are} less accurate",
    "equivalent": "{models} {are} equally accurate, within 1 point",
    "unclear": "no difference is shown for {models}",
    "untested": "no paired test was made for {models}",
}


def group_by_verdict(report: Report, rivals: Mapping[str, str]) -> dict[str, list[str]]:
    """Return verdict → models; `rivals` maps each model to the model that it is compared with."""
    found: dict[str, list[str]] = {each: [] for each in VERDICTS}
    for name, rival in rivals.items():
        found[verdict(report, name, rival)].append(name)
    return found


def verdict(report: Report, name: str, rival: str) -> str:
    """Return how a model compares with a rival on test: a key of `VERDICTS`."""
    pair = paired_test(report, name, rival)
    return pair["verdict"] if pair else "untested"


def list_verdicts(models: Mapping[str, list[str]]) -> str:
    """Return one clause per verdict: "A and B are more accurate; no difference is shown for C"."""
    return "; ".join(
        VERDICTS[each].format(models=shorten_list(names), are="is" if len(names) == 1 else "are")
        for each, names in models.items() if names
    )  # fmt: skip


def shorten_list(items: list[str]) -> str:
    """Return items as a sentence lists them; of many, the first few and how many more there are."""
    if len(items) > LONGEST_LIST:
        items = [*items[: LONGEST_LIST - 1], f"{len(items) - LONGEST_LIST + 1} more"]
    return join_items(items)


def paired_result(pair: Mapping[str, Any] | None, first: str, second: str, *, sized: bool = True) -> str:
    """Return what the paired test of two models on the test set shows; `first` and `second` are their titles.

    Of models with random parts that were trained once it speaks as of these trainings only. Of several results in one
    sentence, none is `sized`: the details have the differences.
    """
    if pair is None:
        return f"{first} and {second} were not compared by a paired test"
    once = f", {AS_TRAINED}" if pair["scope"] == "runs" else ""
    size = f", by {abs(100 * pair['difference']):.1f} points" if sized else ""
    if pair["verdict"] == "better":
        return f"{first} is more accurate on test than {second}{size}{once}"
    if pair["verdict"] == "worse":
        return f"{second} is more accurate on test than {first}{size}{once}"
    if pair["verdict"] == "equivalent":
        return f"{first} and {second} are equally accurate on test, within 1 point{once}"
    return f"no difference between {first} and {second} is shown on test{once}"


def of_these_trainings(pairs: Iterable[Mapping[str, Any] | None]) -> str:
    """Return the sentence, after a space, that what is said of these pairs may not hold for other trainings.

    It is empty where every model with random parts was trained several times.
    """
    if any(pair and pair.get("scope") == "runs" for pair in pairs):
        return f" This is said of the models {AS_TRAINED}; other trainings may differ."
    return ""


def statistics(pair: Mapping[str, Any] | None, first: str = "", second: str = "") -> str:
    """Return the sentences on the numbers behind a paired test; empty without one. The titles come first, if given."""
    if pair is None:
        return ""
    names = f"{first} − {second}: " if first else ""
    several = pair["comparisons"] > 1
    chance = corrected_p(pair["adjusted_p_value"]) if several else probability("p", pair["p_value"])
    corrected = f", both corrected for {count_of(pair['comparisons'], 'comparison')}" if several else ""
    parts = [
        f"{names}{points(pair['difference'])} points {signed_interval(pair['low'], pair['high'])}, {chance}{corrected}",
        f"a true difference of {100 * pair['smallest_shown']:.1f} points would be shown with 80 % probability",
    ]
    if any(spread is not None for spread in pair["spreads"]):
        spreads = " and ".join(MISSING if spread is None else percent(spread) for spread in pair["spreads"])
        parts.append(f"standard deviation over seeds {spreads} points")
    if pair["grouped_by"]:
        parts.append(f"documents of one {pair['grouped_by']} vary together")
    if pair["scope"] == "runs":
        parts.append("how other trainings would differ is not known, as a model was trained once")
    return f"{'; '.join(parts)}."


def list_statistics(pairs: Iterable[tuple[Mapping[str, Any] | None, str, str]]) -> str:
    """Return the statistics of several (pair, title of the first, title of the second); of many, of the first few."""
    found = [text for text in (statistics(*each) for each in pairs) if text]
    if len(found) > LONGEST_LIST:
        more = count_of(len(found) - LONGEST_LIST, "more test")
        found = [*found[:LONGEST_LIST], f"The tables of paired tests have {more}."]
    return " ".join(found)


def corrected_p(value: float) -> str:
    """Return a corrected p-value as a sentence states it: "corrected p = 0.004", "corrected p < 0.001"."""
    return probability("corrected p", value)


def probability(name: str, value: float) -> str:
    """Return a probability with its name: "p = 0.004", "p < 0.001"."""
    shown = p_value(value)
    return f"{name} {shown if shown.startswith('<') else f'= {shown}'}"
