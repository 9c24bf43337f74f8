"""Robustness: what typos cost each model."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.perturbations import kinds, measured, named_shares, share_title, shares
from textstudy.report.language.types import Report, findings_of
from textstudy.report.sections.robustness import tables
from textstudy.report.sections.robustness.edited_texts import examples


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    if not measured(report):
        return {"measured": False}
    return {
        "measured": True,
        "kinds": len(kinds(report)),
        "shares": named_shares(report),
        "largest_share": share_title(max(shares(report))),
        "findings": findings_of(report, "robustness"),
        "perturbations": tables.perturbations(report),
        "examples": examples(report),
        "models": tables.models(report),
        "ranking": tables.ranking(report),
        "drops": tables.drops(report),
        "tokens": tables.tokens(report),
    }
