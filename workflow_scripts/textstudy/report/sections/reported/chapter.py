"""Published figures beside the measured ones."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.reported import tables


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {"reported": tables.reported(report)}
