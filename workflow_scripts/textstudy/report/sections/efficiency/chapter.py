"""What each model costs, and its accuracy against each cost."""

from typing import Any

from textstudy.report.language.costs import cost_note
from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.efficiency.exports import exported_networks
from textstudy.report.sections.efficiency.prompted import prompted_models, prompts
from textstudy.report.sections.efficiency.tables import prediction_costs, training_costs


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {
        "training": training_costs(report),
        "predictions": prediction_costs(report),
        "prompted": prompted_models(report),
        "prompts": prompts(report),
        "exports": exported_networks(report),
        "built_on": cost_note(report),
    }
