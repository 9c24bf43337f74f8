"""Whether a model knows when it is wrong: what it answers for few errors, and the labels that it cannot rule out."""

from collections.abc import Mapping
from typing import Any

from textstudy.evaluate.promises import USUAL_ERROR
from textstudy.report.language.numbers import MISSING, count, decimal, interval, join_items, percent
from textstudy.report.language.ranks import list_titles, quoted_title, rank_by_validation, rank_models, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Finding, Report, finding

DRAWN = {
    "label": "are drawn at random, like those of validation, so the promise is for them too",
    "group": "are of other groups than those of validation, and documents of one group are alike: the promise is for "
             "new documents of the same groups",
    "time": "are later than those of validation, and the promise is for the same time: what is measured counts",
}  # fmt: skip
OFFICIAL = "are those of the corpus and not drawn like those of validation: what is measured counts, not the promise"


def measured(report: Report) -> Mapping[str, Any]:
    """Return model → what its confidence is worth; empty where that was not measured."""
    return report["errors"]["abstention"] if report["errors"] else {}


def findings(report: Report) -> list[Finding]:
    """Return how much the best model on validation can answer, and which models break their promise on test."""
    found = measured(report)
    if not found:
        return []
    name = rank_by_validation(report)[0]
    # Where the usual promise cannot be made, a weaker one.
    rows = [row for row in found[name]["answers"] if row["wanted"] >= USUAL_ERROR]
    row = next((row for row in rows if row["error"]), None)
    subject = quoted_title(report, name)
    if row is None:
        text = f"No answer of {subject} can be shown to be sure enough to leave it without a person."
        said = f"Not even {percent(rows[-1]['wanted'], 0)} % errors can be promised, from what it does on validation."
    else:
        left = 1 - row["answered"]
        text = (
            f"{subject} can answer {percent(row['answered'])} % of the texts alone, {percent(row['error']['mean'])} % "
            f"of these wrongly, and leave {percent(left)} % to a person."
        )
        said = f"At most {percent(row['wanted'], 0)} % errors were wanted. {_promise(report)}"
    broken = [each for each in rank_models(report) if _broken(found[each])]
    if broken:
        said += f" More errors than wanted are shown on test for {list_titles(report, broken)}."
    return [finding("abstention", text, details=said, model=name, answers=found[name]["answers"], broken=broken)]


def _broken(found: Mapping[str, Any]) -> list[float]:
    """Return the wanted shares of errors that a model is shown to exceed on test."""
    return [row["wanted"] for row in found["answers"] if row["error"] and row["error"]["low"] > row["wanted"]]


def _promise(report: Report) -> str:
    split = report["study"]["settings"]["preparation"]["split"]
    how = OFFICIAL if split["test"] == "official" else DRAWN[split["by"]]
    return f"The test documents {how}."


def answers_table(report: Report) -> Table:
    """Return what each model answers for each wanted share of errors, and the errors that come of it."""
    found = measured(report)
    names = [name for name in rank_models(report) if name in found]
    levels = [row["wanted"] for row in found[names[0]]["answers"]]
    return Table(
        "table-answers",
        "What a model answers that leaves unsure texts to a person, highest test accuracy first; in per cent of the "
        "test documents, with the errors among these answers and their 95 % interval for independent documents. The "
        "confidence from which on it answers was chosen on validation, so that in nine of ten draws of validation "
        f"documents no more errors follow than wanted. {MISSING}: too few validation documents, or too many errors, to "
        f"promise that. Area: mean error over all shares of answers (lower is better). {_promise(report)}",
        ["Model", "Area", *(f"At most {percent(level, 0)} % errors" for level in levels)],
        "l" + "r" * (1 + len(levels)),
        [[title(report, name), percent(found[name]["area"]), *map(_answered, found[name]["answers"])]
         for name in names],
    )  # fmt: skip


def _answered(row: Mapping[str, Any]) -> str:
    return f"{percent(row['answered'])}: {interval(row['error'])}" if row["error"] else MISSING


def sets_table(report: Report) -> Table:
    """Return how often the labels that a model cannot rule out hold the true one, and how many they are."""
    found = measured(report)
    rows = []
    for name in [name for name in rank_models(report) if name in found]:
        cells = [
            (interval(row["coverage"]), decimal(row["size"]), percent(row["single"])) for row in found[name]["sets"]
        ]
        rows.append([title(report, name), *(cell for row in cells for cell in row)])
    levels = [row["wanted"] for row in next(iter(found.values()))["sets"]]
    headers = [
        header for level in levels
        for header in (f"True label in it, of {percent(level, 0)} %", "Labels", "One label (%)")
    ]  # fmt: skip
    return Table(
        "table-label-sets",
        "Sets of the labels that a model cannot rule out. Each is to hold the true label for "
        f"{join_items([percent(level, 0) for level in levels], 'or')} % of the texts, on average over draws of "
        f"validation documents ({count(report['errors']['documents'])} test documents; "
        "95 % interval). Labels: how many a set has, mean. The fewer, the better.",
        ["Model", *headers], "l" + "r" * len(headers), rows,
    )  # fmt: skip
