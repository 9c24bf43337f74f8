"""The summary: findings and the table of models."""

from typing import Any

from textstudy.report.chapters import CHAPTERS
from textstudy.report.language.links import Address
from textstudy.report.language.perturbations import measured_models
from textstudy.report.language.refits import refitted_models
from textstudy.report.language.types import Report
from textstudy.report.sections.summary import tables


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return the values that the template prints."""
    summarised = {chapter.name for chapter in CHAPTERS if chapter.summarised}
    return {
        "findings": [finding for finding in report["findings"] if finding["chapter"] in summarised],
        "uncertainty": uncertainty(report),
        "perturbed": bool(measured_models(report)),
        "refitted": bool(refitted_models(report)),
        "models": tables.summary_table(report, address),
    }


def uncertainty(report: Report) -> str:
    """Return the sentences on the uncertainty that confidence intervals and tests cover, and that they do not."""
    once = ", once each" if all(len(model["seeds"]) == 1 for model in report["models"].values()) else ""
    return (
        "Confidence intervals and tests cover the uncertainty from the choice of documents, for the models as they "
        f"were trained here{once}. Training with another seed may change the scores by more."
    )
