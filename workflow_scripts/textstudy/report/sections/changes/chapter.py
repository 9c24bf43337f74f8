"""What changed since the earlier run that was kept for comparison."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.changes import tables


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {
        "models": tables.models(report),
        "causes": tables.causes(report),
    }
