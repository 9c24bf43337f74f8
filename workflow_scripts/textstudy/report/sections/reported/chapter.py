"""The scores of a published report beside the measured ones."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.reported.tables import reported_table


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return the values that the template prints."""
    return {"reported": reported_table(report)}
