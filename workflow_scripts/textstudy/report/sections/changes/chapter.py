"""What changed since the earlier run that was kept for comparison."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report, findings_of
from textstudy.report.sections.changes import tables


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {
        "findings": findings_of(report, "changes"),
        "models": tables.models(report),
        "causes": tables.causes(report),
    }
