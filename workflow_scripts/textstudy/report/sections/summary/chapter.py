"""The summary: findings and the table of models."""

from typing import Any

from textstudy.report.chapters import CHAPTERS
from textstudy.report.language.links import Address
from textstudy.report.language.perturbations import measured_models
from textstudy.report.language.refits import refitted_models
from textstudy.report.language.types import Report
from textstudy.report.sections.summary import tables
from textstudy.report.sections.summary.coverage import coverage


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    summarised = {chapter.name for chapter in CHAPTERS if chapter.summarised}
    return {
        "findings": [finding for finding in report["findings"] if finding["chapter"] in summarised],
        "coverage": coverage(report),
        "perturbed": bool(measured_models(report)),
        "refitted": bool(refitted_models(report)),
        "models": tables.summary(report, address),
    }
