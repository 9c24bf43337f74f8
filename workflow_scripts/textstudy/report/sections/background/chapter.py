"""What a reader must know of the models of this study."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.background.subjects import subjects


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {"known": subjects(report)}
