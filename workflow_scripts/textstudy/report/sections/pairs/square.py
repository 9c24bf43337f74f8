"""What a report of many models prints in place of what only the page and report.json can hold in full."""

from textstudy.report.language.escaping import Markdown, markdown
from textstudy.report.language.numbers import MISSING, points
from textstudy.report.language.ranks import paired_test, rank_models, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

MANY = 30  # paired tests beyond which a square of differences is printed


def many_pairs(report: Report) -> bool:
    """Return whether the paired tests are too many for a printed table."""
    return len(report.get("pairs") or []) > MANY


def differences(report: Report) -> Table:
    """All paired tests in a square: those of the first metric above the diagonal, those of the second below it."""
    names, metrics = rank_models(report), list(dict.fromkeys(pair["metric"] for pair in report.get("pairs") or []))
    places = zip(("above the diagonal", "below it"), metrics, strict=False)
    sides = ", ".join(f"{where} of {metric.replace('_', ' ').replace('f1', 'F1')}" for where, metric in places)
    rows = []
    for row, name in enumerate(names):
        cells = [
            Markdown(" ") if row == column else _difference(report, name, other, metrics[column < row : 2])
            for column, other in enumerate(names)
        ]
        rows.append([f"{row + 1} {title(report, name)}", *cells])
    return Table(
        "table-differences",
        f"Differences between all models in points, row minus column: {sides}. Bold: the paired test, corrected for "
        "the number of tests, shows a difference.",
        ["Model", *(str(place) for place in range(1, len(names) + 1))], "l" + "r" * len(names), rows, kind="square",
    )  # fmt: skip


def _difference(report: Report, first: str, second: str, metrics: list[str]) -> Markdown:
    """Return the difference of the first of `metrics`, bold where the test shows it."""
    seen = paired_test(report, first, second, metric=metrics[0]) if metrics else None
    if seen is None:
        return Markdown(MISSING)
    shown = markdown(points(seen["difference"]))
    return Markdown(f"**{shown}**") if seen["significant"] else shown
