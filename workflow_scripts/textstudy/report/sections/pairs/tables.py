"""The table of paired tests."""

from textstudy.report.language.metrics import metric_title
from textstudy.report.language.numbers import count, p_value, points, signed_interval
from textstudy.report.language.ranks import paired_test, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report


def pairs_table(report: Report) -> Table:
    """Return the paired tests; the first model of each row is the one with the higher score."""
    rows = []
    for pair in report["pairs"]:
        names = (pair["first"], pair["second"])
        seen = paired_test(report, *(names if pair["difference"] >= 0 else names[::-1]), metric=pair["metric"])
        rows.append([
            title(report, seen["first"]), title(report, seen["second"]), metric_title(pair["metric"]),
            points(seen["difference"]), signed_interval(seen["low"], seen["high"]),
            p_value(pair["p_value"]), p_value(pair["adjusted_p_value"]),
            "yes" if pair["significant"] else "no", pair["test"],
        ])  # fmt: skip
    documents = sorted({pair["documents"] for pair in report["pairs"]})
    return Table(
        "table-pairs",
        f"Paired tests on {' or '.join(map(count, documents))} test documents. The difference is first − second, in "
        "percentage points, with its 95 % confidence interval. A difference is shown only where the column Shown says "
        "yes.",
        ["First", "Second", "Score", "Difference", "95 % interval", "p", "Corrected p", "Shown", "Test"],
        "lllrrrrll", rows,
    )  # fmt: skip
