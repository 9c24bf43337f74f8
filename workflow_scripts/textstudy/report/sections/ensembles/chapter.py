"""Ensembles: what they join, and what that is worth."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report, findings_of
from textstudy.report.sections.ensembles import tables


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {"ensembles": tables.table(report), "findings": findings_of(report, "ensembles")}
