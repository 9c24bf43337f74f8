"""The table of reported and measured figures."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.metrics import metric_title
from textstudy.report.language.numbers import MISSING, count, decimal, percent, points
from textstudy.report.language.ranks import title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report
from textstudy.report.sections.reported.rows import reported_rows


def reported_table(report: Report) -> Table:
    """Return each figure of the published report with what was measured here."""
    return Table(
        "table-reported",
        "Reported and measured figures. Scores are in per cent. Expected is the 95 % interval for the score of one "
        "other training on as many other documents; it is missing where one training leaves this unknown. The "
        "difference of two scores is measured − reported, in percentage points; for other figures, the column has the "
        "ratio measured / reported. The last column compares the reported score with the expected ones.",
        ["Model", "Figure", "Reported", "Measured", "Expected", "Difference", "Reported score is"], "llrrrrl",
        [
            [title(report, row["model"]), metric_title(row["metric"]), *_figures(row), row["position"] or MISSING]
            for row in reported_rows(report)
        ],
    )  # fmt: skip


def _figures(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """Return the reported figure, the measured one, what is expected and the difference in words."""
    reported, measured = row["reported"], row["measured"]
    if row["unit"] == "share":
        if measured is None:
            return percent(reported, 2), MISSING, MISSING, MISSING
        expected = MISSING if row["low"] is None else f"{percent(row['low'])} to {percent(row['high'])}"
        return percent(reported, 2), percent(measured, 2), expected, points(measured - reported, 2)
    show = decimal if abs(reported) < 1000 else count
    ratio = f"× {decimal(measured / reported)}" if measured is not None and reported else MISSING
    return show(reported), show(measured), MISSING, ratio
