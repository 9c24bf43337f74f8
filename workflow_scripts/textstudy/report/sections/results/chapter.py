"""The scores of every model."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.refits import NOTE, refitted_models
from textstudy.report.language.types import Report
from textstudy.report.sections.results import known_groups
from textstudy.report.sections.results.tables import scores_table


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return the values that the template prints."""
    note = NOTE if refitted_models(report) else ""
    return {"scores": scores_table(report), "note": note, "known_groups": known_groups.table(report)}
