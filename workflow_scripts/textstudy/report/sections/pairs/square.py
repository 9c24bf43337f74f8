"""The square of differences: what the PDF prints in place of a long table of paired tests."""

from textstudy.report.language.escaping import Markdown, markdown
from textstudy.report.language.metrics import metric_title
from textstudy.report.language.numbers import MISSING, points
from textstudy.report.language.ranks import paired_test, rank_models, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

MANY = 30  # paired tests beyond which the square is printed


def has_many_pairs(report: Report) -> bool:
    """Return whether the paired tests are too many for a printed table."""
    return sum(pair["split"] == "test" for pair in report["pairs"]) > MANY


def differences_table(report: Report) -> Table:
    """Return the paired tests of accuracy, above the diagonal, and of macro F1, below it, as a square."""
    names, metrics = rank_models(report), ["accuracy", "macro_f1"]
    sides = [
        f"{place} the diagonal: {metric_title(metric)}."
        for place, metric in zip(("Above", "Below"), metrics, strict=False)
    ]
    rows = []
    for row, name in enumerate(names):
        cells = [
            Markdown(" ") if row == column else _difference(report, name, other, metrics[column < row : 2])
            for column, other in enumerate(names)
        ]
        rows.append([f"{row + 1} {title(report, name)}", *cells])
    return Table(
        "table-differences",
        f"Differences between all models, row − column, in percentage points. {' '.join(sides)} Bold: the paired test, "
        "corrected for the number of tests, shows a difference.",
        ["Model", *(str(place) for place in range(1, len(names) + 1))], "l" + "r" * len(names), rows, kind="square",
    )  # fmt: skip


def _difference(report: Report, first: str, second: str, metrics: list[str]) -> Markdown:
    """Return the difference in the first of `metrics`, bold where the paired test shows it."""
    seen = paired_test(report, first, second, metric=metrics[0]) if metrics else None
    if seen is None:
        return Markdown(MISSING)
    shown = markdown(points(seen["difference"]))
    return Markdown(f"**{shown}**") if seen["significant"] else shown
