"""Robustness: what typos cost each model."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.perturbations import (
    edited_shares,
    list_shares,
    measured_models,
    share_title,
    texts_edited,
)
from textstudy.report.language.types import Report
from textstudy.report.sections.robustness import tables
from textstudy.report.sections.robustness.edited_texts import examples


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    if not measured_models(report):
        return {"measured": False}
    return {
        "measured": True,
        "number_of_perturbations": len(texts_edited(report)),
        "shares": list_shares(report),
        "largest_share": share_title(max(edited_shares(report))),
        "perturbations": tables.perturbations(report),
        "examples": examples(report),
        "models": tables.models(report),
        "ranking": tables.ranking(report),
        "by_perturbation": tables.by_perturbation(report),
        "drops": tables.drops(report),
        "tokens": tables.tokens(report),
    }
