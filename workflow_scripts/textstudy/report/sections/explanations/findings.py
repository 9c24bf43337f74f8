"""Whether the words that an explanation names matter more than random words, rare words and another model's words."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.explanations import (
    FAITHFUL,
    MISLEADING,
    NO_BETTER,
    UNTESTED,
    deletions,
    explained_models,
    verdict,
)
from textstudy.report.language.numbers import change_in_points, count_of, join_items, percent
from textstudy.report.language.ranks import list_titles, quoted_title
from textstudy.report.language.types import Finding, Report, finding

SENTENCES = {
    FAITHFUL: "The explanations of {} are faithful: their answers depend on the words named more than on random words, "
              "on rare words, or on the words that another model names.",
    UNTESTED: "The answers of {} depend on the words that the explanation names more than on random or on rare words; "
              "no other model was explained to compare with.",
    NO_BETTER["model"]: "The explanations of {} tell little of the model itself: another model's words matter to its "
                        "answers as much as its own, as far as this test shows.",
    NO_BETTER["idf"]: "The explanations of {} are not shown to name more than rare words, which matter to any model.",
    NO_BETTER["random"]: "The explanations of {} explain nothing that random words would not, as far as this test "
                         "shows.",
    MISLEADING: "The explanations of {} are misleading: random words matter more to the answer than the words named.",
}  # fmt: skip
ORDERS = {"random": "random words", "idf": "the rarest words (IDF)"}


def findings(report: Report) -> list[Finding]:
    """Return a finding for each verdict that the explanation of a model has."""
    models = explained_models(report)
    groups = {
        each: [name for name in models if verdict(models[name]["faithfulness"]) == each] for each in SENTENCES
    }  # fmt: skip
    return [
        finding("faithfulness", SENTENCES[each].format(list_titles(report, names)), details=_details(report, names),
                verdict=each, models=names)
        for each, names in groups.items() if names
    ]  # fmt: skip


def _details(report: Report, names: list[str]) -> str:
    tested = {name: explained_models(report)[name] for name in names}
    sentences = [
        f"{quoted_title(report, name)} (seed {found['seed']}): deleting the words that its explanation names lowers "
        f"the probability of the answer by {_comparisons(report, found['faithfulness'])}."
        for name, found in tested.items()
    ]
    first = next(iter(tested.values()))["faithfulness"]
    smallest = next(row["smallest_difference"] for row in first["comparisons"] if row["order"] == "random")
    return " ".join([
        *sentences,
        "These are means over shares of deleted words, paired by document, for the one run that is explained.",
        f"The 95 % intervals hold for {count_of(first['models'], 'model')} together. Against random words an interval "
        f"must lie above {percent(smallest)} points, because networks that have learned nothing reach 3.",
    ])  # fmt: skip


def _comparisons(report: Report, faithfulness: Mapping[str, Any]) -> str:
    parts = []
    for order, row in deletions(faithfulness).items():
        words = ORDERS[order] if order in ORDERS else f"the words that {quoted_title(report, row['model'])} names"
        documents = count_of(row["documents"], "document")
        same = ", to which both give the same answer" if order == "model" else ""
        parts.append(f"{gap(row)} points more than deleting {words} ({documents}{same})")
    return join_items(parts)


def gap(row: Mapping[str, Any]) -> str:
    """Return the difference from another order in points, with its interval: "+9.0 [+7.0, +11.0]"."""
    return change_in_points(**row["difference"]) if row["difference"] else "an unknown number of"
