"""What changed since the earlier run: the accuracy of each model, and the settings, data, code and software."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.claims import corrected_p, of_these_trainings
from textstudy.report.language.numbers import change_in_points, join_items
from textstudy.report.language.ranks import list_titles, quoted_title
from textstudy.report.language.types import Finding, Report, finding

PARTS = ("settings", "data", "code", "software")
# A model's change → the clause on the models that have it.
CLAUSES = {
    "better": "{} became more accurate",
    "worse": "{} became less accurate",
    "unclear": "no change is shown for {}",
    "unchanged": "the predictions are the same for {}",
    "incomparable": "the test documents differ for {}, so there is no comparison",
    "added": "{} {are} new",
    "removed": "{} {are} no longer there",
}


def findings(report: Report) -> list[Finding]:
    """Return one finding: how each model changed since the earlier run, and which parts differ; none without one.

    A model is called more or less accurate only where the paired test shows it.
    """
    changes = report["changes"]
    if changes is None:
        return []
    found: dict[str, list[str]] = {}
    for name, row in changes["models"].items():
        found.setdefault(change(row), []).append(name)
    causes = [part for part in PARTS if changes[part]]
    clauses = [
        CLAUSES[each].format(list_titles(report, found[each]), are="is" if len(found[each]) == 1 else "are")
        for each in CLAUSES if each in found
    ]  # fmt: skip
    text = f"Since the earlier run of {changes['kept'][:10]}, {'; '.join(clauses)}."
    text += of_these_trainings(changes["models"].values())
    details = (
        f"The two runs differ in {join_items(causes)}." if causes
        else "Settings, data, code and software are the same."
    )  # fmt: skip
    statistics = [
        _statistics(report, name, row) for name, row in changes["models"].items() if row["status"] == "compared"
    ]
    return [finding("changes", text, details=" ".join([details, *statistics]), models=found, causes=causes)]


def _statistics(report: Report, name: str, row: Mapping[str, Any]) -> str:
    difference = change_in_points(row["difference"], row["low"], row["high"], "points")
    return f"{quoted_title(report, name)}: {difference}, {corrected_p(row['adjusted_p_value'])}."


def change(row: Mapping[str, Any]) -> str:
    """Return the change of a model: "better" or "worse" only where the paired test is significant, else "unclear"."""
    if row["status"] != "compared":
        return row["status"]
    if not row["significant"]:
        return "unclear"
    return "better" if row["difference"] > 0 else "worse"
