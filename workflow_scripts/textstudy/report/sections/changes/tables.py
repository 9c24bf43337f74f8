"""Tables of what changed since the baseline."""

from textstudy.report.language.numbers import MISSING, p_value, percent, points, signed_interval
from textstudy.report.language.ranks import title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report
from textstudy.report.sections.changes.findings import STATUS, short


def models(report: Report) -> Table:
    """What became of each model's test accuracy."""
    rows = []
    for name, row in ((report.get("changes") or {}).get("models") or {}).items():
        if row["status"] != "compared":
            rows.append([title(report, name), MISSING, MISSING, MISSING, MISSING, STATUS[row["status"]]])
            continue
        verdict = "no change shown"
        if row["significant"]:
            verdict = "better" if row["difference"] > 0 else "worse"
        between = f"{points(row['difference'])} {signed_interval(row['low'], row['high'])}"
        rows.append([title(report, name), percent(row["before"]), percent(row["after"]), between,
                     p_value(row["adjusted_p_value"]), verdict])  # fmt: skip
    return Table(
        "table-changed-models",
        "Test accuracy of the baseline and of this run in per cent, on the same documents; the difference in points "
        "with its paired 95 % interval, and its p-value after Holm's correction over the models compared.",
        ["Model", "Before", "Now", "Difference", "Corrected p", "Verdict"], "lrrrrl", rows,
    )  # fmt: skip


def causes(report: Report) -> Table:
    """What may be behind it: every setting, count, digest and version that differs."""
    found = report.get("changes") or {}
    rows = [
        [kind, row["what"], short(row["before"]), short(row["after"])]
        for kind in ("settings", "data", "code", "software") for row in found.get(kind) or []
    ]  # fmt: skip
    return Table(
        "table-changes", "What differs from the baseline. Digests are cut to ten characters.",
        ["Part", "What", "Before", "Now"], "llll", rows,
    )  # fmt: skip
