"""A filled checklist on reproducibility, and a data statement."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.checklist import statement, tables


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {"checklists": tables.checklists(report), "unanswered": tables.unanswered(report),
            "statement": statement.table(report)}  # fmt: skip
