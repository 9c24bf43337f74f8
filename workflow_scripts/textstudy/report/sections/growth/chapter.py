"""Learning curves over training size: would more labels help?"""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.growth.tables import growth_table


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {"sizes": growth_table(report)}
