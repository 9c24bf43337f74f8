"""How much each model was tuned, and what that many trials are expected to reach."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.tuning.tables import chosen_table, tuning_table


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {"budgets": tuning_table(report), "chosen": chosen_table(report)}
