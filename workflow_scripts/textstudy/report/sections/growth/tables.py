"""The table of learning curves: what was measured with fewer documents, and what the law says of more."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.growth import accuracy_of
from textstudy.report.language.numbers import MISSING, change_in_points, count, interval, percent
from textstudy.report.language.ranks import rank_models, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

CAPTION = (
    "Test accuracy by the number of training documents, in per cent. Measured: the mean over runs with its 95 % "
    "interval for new documents and new trainings; the spread is the standard deviation over runs, each on another "
    "draw of the documents. Expected: what the fitted power law gives for more documents than there are, and the gain "
    "over all documents in points, both with a 95 % interval that holds if the law goes on."
)


def growth_table(report: Report) -> Table:
    """Return one row for each model and number of documents."""
    names = [name for name in rank_models(report) if name in report["growth"]]
    rows = [[title(report, name), *row] for name in names for row in _rows(report["growth"][name])]
    headers = ["Model", "Documents", "Share", "Runs", "Accuracy", "Spread", "Gain"]
    return Table("table-growth", CAPTION, headers, "lrrrrrr", rows)


def _rows(curve: Mapping[str, Any]) -> list[list[str]]:
    measured = [
        [count(size["documents"]), f"{percent(size['share'], 0)} %", count(size["runs"]), interval(accuracy_of(size)),
         percent(size["spread"]), MISSING]
        for size in curve["sizes"]
    ]  # fmt: skip
    expected = [
        [count(more["documents"]), f"{100 * more['factor']} % (expected)", MISSING, interval(accuracy_of(more)),
         MISSING, change_in_points(**more["gain"])]
        for more in curve["more"]
    ]  # fmt: skip
    return measured + expected
