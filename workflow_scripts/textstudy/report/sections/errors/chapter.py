"""What the models get wrong, and how sure they are of it."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.errors import tables


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    if not report["errors"]:
        return {}
    shared, label_issues = tables.shared(report), tables.label_issues(report)
    return {
        "asked": tables.asked(report) if shared or label_issues else "",
        "shared": shared,
        "label_issues": label_issues,
    }
