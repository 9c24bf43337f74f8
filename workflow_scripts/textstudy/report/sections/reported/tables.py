"""The table of published beside measured figures."""

from textstudy.report.language.numbers import MISSING, count, decimal, interval, percent, points
from textstudy.report.language.ranks import title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report
from textstudy.report.sections.reported.rows import reported_rows


def reported(report: Report) -> Table:
    """What the published report states beside what was measured here."""
    rows = []
    for row in reported_rows(report):
        share = row["kind"] == "share"
        show = (lambda value: percent(value, 2)) if share else decimal if abs(row["reported"]) < 1000 else count
        measured = row["measured"]
        difference = MISSING
        if measured is not None:
            ratio = measured / row["reported"] if row["reported"] else None
            difference = points(measured - row["reported"], 2) if share else f"× {decimal(ratio)}" if ratio else MISSING
        rows.append([
            title(report, row["model"]), row["metric"].replace("_", " "), show(row["reported"]),
            interval({**row, "mean": measured}, 2) if share else show(measured), difference, row["position"] or MISSING,
        ])  # fmt: skip
    return Table(
        "table-reported",
        "Reported beside measured. Scores in per cent, measured ones with 95 % intervals, differences (measured − "
        "reported) in points; other figures as stated, with the ratio measured / reported. The last column says where "
        "the reported score lies with respect to the measured interval.",
        ["Model", "Figure", "Reported", "Measured", "Difference", "Reported lies"], "llrrrl", rows,
    )  # fmt: skip
