"""The table of reported and measured figures."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.metrics import metric_title
from textstudy.report.language.numbers import MISSING, count, decimal, interval, percent, points
from textstudy.report.language.ranks import title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report
from textstudy.report.sections.reported.rows import reported_rows


def reported_table(report: Report) -> Table:
    """Return each figure of the published report with what was measured here."""
    return Table(
        "table-reported",
        "Reported and measured figures. Scores are in per cent; measured scores have 95 % confidence intervals. The "
        "difference of two scores is measured − reported, in percentage points; for other figures, the column has the "
        "ratio measured / reported. The last column compares the reported score with the measured interval.",
        ["Model", "Figure", "Reported", "Measured", "Difference", "Reported score is"], "llrrrl",
        [
            [title(report, row["model"]), metric_title(row["metric"]), *_figures(row), row["position"] or MISSING]
            for row in reported_rows(report)
        ],
    )  # fmt: skip


def _figures(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return the reported figure, the measured one and their difference in words."""
    reported, measured = row["reported"], row["measured"]
    if row["unit"] == "share":
        if measured is None:
            return percent(reported, 2), MISSING, MISSING
        return percent(reported, 2), interval({**row, "mean": measured}, 2), points(measured - reported, 2)
    show = decimal if abs(reported) < 1000 else count
    ratio = f"× {decimal(measured / reported)}" if measured is not None and reported else MISSING
    return show(reported), show(measured), ratio
