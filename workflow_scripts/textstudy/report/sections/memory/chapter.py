"""The peak memory of each step."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.memory import tables


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {"memory": tables.memory(report)}
