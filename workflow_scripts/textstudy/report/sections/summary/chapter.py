"""The summary: the decision, its figure and the table of models."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.ranks import title
from textstudy.report.language.types import Report
from textstudy.report.sections.summary import tables


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return the values that the template prints."""
    decision = report["decision"]
    return {
        "decision": decision,
        "recommended": title(report, decision["recommended"]) if decision else "",
        "models": tables.summary_table(report),
    }
