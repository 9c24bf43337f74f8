"""Refits: models that learned from training and validation documents together, and what that changed on test."""

from textstudy.report.language.numbers import MISSING
from textstudy.report.language.ranks import ranked
from textstudy.report.language.types import Report

MARK = "†"
NOTE = (
    f"{MARK} A refit has learned from the validation documents too; its validation figures are those of the model it "
    "refits, made before."
)


def refits(report: Report) -> dict[str, str]:
    """Return refit → the model it refits, the refit with the highest test accuracy first."""
    found = {name: report["models"][name].get("refits") for name in ranked(report)}
    return {name: base for name, base in found.items() if base}


def marked(report: Report, name: str, figure: str) -> str:
    """Return a validation figure as a table shows it: a refit's, which is not its own, with a mark."""
    return f"{figure} {MARK}" if report["models"][name].get("refits") and figure != MISSING else figure
