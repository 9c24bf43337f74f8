"""The peak memory of each step."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report, findings_of
from textstudy.report.sections.memory import tables


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {"memory": tables.memory(report), "findings": findings_of(report, "memory")}
