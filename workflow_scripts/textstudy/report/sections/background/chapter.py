"""Background: how the models of this study work."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.background.topics import topics


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {"topics": topics(report)}
