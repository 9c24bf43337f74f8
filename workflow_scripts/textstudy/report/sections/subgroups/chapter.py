"""Where the models are less accurate: short and long texts, texts that are cut, languages, groups."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.subgroups import tables


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {"divisions": tables.divisions(report)}
