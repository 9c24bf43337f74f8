"""The paired tests between models."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.pairs.square import differences, many_pairs
from textstudy.report.sections.pairs.tables import pairs


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    many = many_pairs(report)
    return {"tests": pairs(report), "differences": differences(report) if many else None}
