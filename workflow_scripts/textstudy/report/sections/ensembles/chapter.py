"""Ensembles and cascades: what they join, and whether this improves on their members."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.ensembles import cascades
from textstudy.report.sections.ensembles.tables import ensembles_table


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return the values that the template prints."""
    tables = {"ensembles": ensembles_table(report), "cascades": cascades.table(report)}
    heading = " and ".join(kind for kind, table in tables.items() if table)
    return {**tables, "heading": heading.capitalize()}
