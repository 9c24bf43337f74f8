"""Models trained with perturbed copies beside the same models trained without."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.defence import tables
from textstudy.report.sections.defence.findings import defences


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {
        "defences": tables.table(report),
        "by_perturbation": [tables.by_perturbation(report, defended, base) for defended, base in defences(report)],
    }
