"""What changed since the run that was kept as baseline: settings, data, code, software, and what came of it."""

from typing import Any

from textstudy.report.language.numbers import MISSING, join_items
from textstudy.report.language.ranks import quoted_title
from textstudy.report.language.types import Finding, Report, finding

STATUS = {
    "unchanged": "every answer the same",
    "incomparable": "other test documents: not comparable",
    "added": "new",
    "removed": "no longer there",
}


def short(value: Any) -> str:
    if value is None:
        return MISSING
    text = str(value)
    return text[:10] if len(text) >= 40 and text.isalnum() else text


def findings(report: Report) -> list[Finding]:
    """Return which models became better or worse since the baseline, and that the others did not or cannot be told."""
    found = report.get("changes")
    if not found:
        return []
    by_status: dict[str, list[str]] = {}
    for name, row in found["models"].items():
        status = row["status"]
        if status == "compared":
            status = ("better" if row["difference"] > 0 else "worse") if row["significant"] else "unclear"
        by_status.setdefault(status, []).append(name)
    said = {
        "better": "better: {}", "worse": "worse: {}", "unclear": "no change could be shown of {}",
        "unchanged": "every answer is the same of {}", "incomparable": "on other test documents, so not compared: {}",
        "added": "new: {}", "removed": "no longer there: {}",
    }  # fmt: skip
    parts = [
        text.format(join_items([quoted_title(report, name) for name in by_status[status]]))
        for status, text in said.items() if status in by_status
    ]  # fmt: skip
    causes = [kind for kind in ("settings", "data", "code", "software") if found[kind]]
    text = f"Since the baseline of {found['kept'][:10]}: {'; '.join(parts)}."
    text += (
        f" What differs is in {join_items(causes)}." if causes else " Settings, data, code and software are the same."
    )
    return [finding("changes", text, models=by_status, causes=causes)]
