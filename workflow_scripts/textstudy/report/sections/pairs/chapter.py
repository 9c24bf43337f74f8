"""The paired tests of all models."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.pairs.square import differences_table, has_many_pairs
from textstudy.report.sections.pairs.tables import explored_table, planned_table


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return the values that the template prints."""
    return {
        "planned": planned_table(report),
        "explored": explored_table(report),
        "differences": differences_table(report) if has_many_pairs(report) else None,
    }
