"""What changed since the earlier run: the accuracy of each model, and the settings, data, code and software."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.numbers import join_items
from textstudy.report.language.ranks import list_titles
from textstudy.report.language.types import Finding, Report, finding

PARTS = ("settings", "data", "code", "software")
# A model's change → the sentence on the models that have it.
SENTENCES = {
    "better": "{} became more accurate.",
    "worse": "{} became less accurate.",
    "unclear": "No change is shown for {}.",
    "unchanged": "The predictions are the same for {}.",
    "incomparable": "The test documents differ for {}, so there is no comparison.",
    "added": "New: {}.",
    "removed": "Removed: {}.",
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
    parts = [f"Comparison with the earlier run of {changes['kept'][:10]}."]
    parts += [text.format(list_titles(report, found[each])) for each, text in SENTENCES.items() if each in found]
    parts.append(
        f"The two runs differ in {join_items(causes)}." if causes
        else "Settings, data, code and software are the same."
    )  # fmt: skip
    return [finding("changes", " ".join(parts), models=found, causes=causes)]


def change(row: Mapping[str, Any]) -> str:
    """Return the change of a model: "better" or "worse" only where the paired test is significant, else "unclear"."""
    if row["status"] != "compared":
        return row["status"]
    if not row["significant"]:
        return "unclear"
    return "better" if row["difference"] > 0 else "worse"
