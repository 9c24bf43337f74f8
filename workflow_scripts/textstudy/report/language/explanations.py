"""The models whose answers were explained, and what the deletion of words shows of their explanations."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.ranks import rank_models
from textstudy.report.language.types import Report

FAITHFUL, MISLEADING = "faithful", "misleading"
NO_BETTER = {
    "random": "no better than random words",
    "idf": "no better than rare words",
    "model": "no better than another model's words",
}
UNTESTED = "better than rare words; no other model to compare with"


def explained_models(report: Report) -> dict[str, Mapping[str, Any]]:
    """Return model → its explanation, highest test accuracy first."""
    found = report["explanations"]
    return {name: found[name] for name in rank_models(report) if name in found}


def deletions(faithfulness: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return order → the comparison with it: random, idf and model; of several models the one that is hardest to beat.

    An explanation must be better than the order of every other model, so the lowest interval decides.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for row in sorted(faithfulness["comparisons"], key=_hardest_first):
        found.setdefault(row["order"], row)
    return found


def _hardest_first(row: Mapping[str, Any]) -> tuple[float, str]:
    difference = row["difference"]
    return (difference["low"] - row["smallest_difference"] if difference else float("-inf")), row["model"] or ""


def verdict(faithfulness: Mapping[str, Any]) -> str:
    """Return what the deletion of words shows of an explanation: the first comparison that fails, or that none does."""
    rows = deletions(faithfulness)
    at_random = rows["random"]["difference"]
    if at_random and at_random["high"] < 0:
        return MISLEADING
    for order, words in NO_BETTER.items():
        if order in rows and not rows[order]["shown"]:
            return words
    return FAITHFUL if "model" in rows else UNTESTED
