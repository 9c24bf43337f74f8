"""Tables of what changed since the earlier run."""

from typing import Any

from textstudy.report.language.numbers import MISSING, change_in_points, p_value, percent
from textstudy.report.language.ranks import title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report
from textstudy.report.sections.changes.findings import PARTS, change

VERDICTS = {
    "better": "more accurate",
    "worse": "less accurate",
    "unclear": "no change shown",
    "unchanged": "same predictions",
    "incomparable": "other test documents, not compared",
    "added": "new",
    "removed": "removed",
}


def models(report: Report) -> Table:
    """Return the test accuracy of each model in both runs; empty without an earlier run."""
    rows = []
    for name, row in (report["changes"]["models"] if report["changes"] else {}).items():
        numbers = [MISSING] * 4
        if row["status"] == "compared":
            difference = change_in_points(row["difference"], row["low"], row["high"])
            numbers = [percent(row["before"]), percent(row["after"]), difference, p_value(row["adjusted_p_value"])]
        rows.append([title(report, name), *numbers, VERDICTS[change(row)]])
    return Table(
        "table-changed-models",
        "Test accuracy of the earlier run and of this run on the same documents, in per cent. The difference is in "
        "points, with its 95 % interval; interval and p-value are corrected for all models compared.",
        ["Model", "Before", "Now", "Difference", "Corrected p", "Verdict"], "lrrrrl", rows,
    )  # fmt: skip


def causes(report: Report) -> Table:
    """Return what may have caused a change: every setting, number, digest and version that differs."""
    changes = report["changes"]
    rows = [
        [part, row["what"], _short(row["before"]), _short(row["after"])]
        for part in PARTS for row in (changes[part] if changes else [])
    ]  # fmt: skip
    return Table(
        "table-changes", "What differs from the earlier run. Digests are cut to ten characters.",
        ["Part", "What", "Before", "Now"], "llll", rows,
    )  # fmt: skip


def _short(value: Any) -> str:
    """Return a value for a table; a digest is cut to ten characters."""
    if value is None:
        return MISSING
    text = str(value)
    return text[:10] if len(text) >= 40 and text.isalnum() else text
