"""The table of paired tests."""

from textstudy.report.language.numbers import MISSING, count, p_value, points, signed_interval
from textstudy.report.language.ranks import paired_test, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report


def pairs(report: Report) -> Table:
    """The paired tests, the first model of each row being the one with the higher score."""
    rows = []
    for pair in report.get("pairs") or []:
        first, second = pair["first"], pair["second"]
        seen = paired_test(
            report, *((first, second) if pair["difference"] >= 0 else (second, first)), metric=pair["metric"]
        )
        between = MISSING if seen.get("low") is None else signed_interval(seen["low"], seen["high"])
        rows.append([
            title(report, seen["first"]), title(report, seen["second"]), pair["metric"].replace("_", " "),
            points(seen["difference"]), between, p_value(pair["p_value"]), p_value(pair.get("adjusted_p_value")),
            "yes" if pair["significant"] else "no", pair["test"],
        ])  # fmt: skip
    documents = sorted({pair["documents"] for pair in report.get("pairs") or [] if pair.get("documents")})
    over = f" over {' or '.join(map(count, documents))} test documents" if documents else ""
    return Table(
        "table-pairs",
        f"Paired tests{over}: difference first − second in points with its 95 % interval. Only where the last but one "
        "column says yes is a difference shown.",
        ["First", "Second", "Score", "Difference", "95 % interval", "p", "Corrected p", "Shown", "Test"],
        "lllrrrrll", rows,
    )  # fmt: skip
