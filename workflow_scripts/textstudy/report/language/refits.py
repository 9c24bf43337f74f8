"""Refits: models that were trained again, on training and validation documents together."""

from textstudy.report.language.numbers import MISSING
from textstudy.report.language.ranks import rank_models
from textstudy.report.language.types import Report

MARK = "†"
NOTE = (
    f"{MARK} A refit is trained on the training and validation documents together. Its validation scores are those of "
    "the model that it refits."
)


def refitted_models(report: Report) -> dict[str, str]:
    """Return refit → the model that it refits; the refit with the highest test accuracy comes first."""
    found = {name: report["models"][name]["refits"] for name in rank_models(report)}
    return {name: base for name, base in found.items() if base}


def mark_refit(report: Report, name: str, figure: str) -> str:
    """Return a validation score for a table; that of a refit gets a mark, because it is another model's."""
    return f"{figure} {MARK}" if report["models"][name]["refits"] and figure != MISSING else figure
