"""A made-up report with learning curves over training size and tuning budgets; its numbers are chosen, not measured."""

import copy
from typing import Any

from textstudy.evaluate.tuning import budget_curve

UNKNOWN = {"source": "unknown", "trials": None, "tried": [], "curve": [], "search": None}


def grown(report: dict[str, Any]) -> dict[str, Any]:
    """Return the report with a curve that rises and one that cannot be told, and with unequal budgets."""
    report = copy.deepcopy(report)
    report["growth"] = {"linear_nb": curve(0.012, 0.03), "bilstm_attention": curve(-0.004, 0.05)}
    report["tuning"] = {
        "linear_nb": budget("grid", 0.70, 0.72, 0.75),
        "bilstm_attention": budget("search", 0.58, 0.60, 0.61, 0.64, 0.66, 0.67),
        "distilbert_freeze": UNKNOWN,
    }
    return report


def budget(source: str, *scores: float, **changed: Any) -> dict[str, Any]:
    """Return a budget whose trials reached these scores; that of a search may change what is said of it."""
    tried = [{"changes": {"dropout": place / 10}, "validation_accuracy": each} for place, each in enumerate(scores)]
    search = {
        "space": {"dropout": [place / 10 for place in range(len(scores))]}, "asked": len(scores), "seed": 1,
        "best": scores.index(max(scores)), "tied": 0, "failed": 0, "documents": 200, "optimism": 0.012, "seconds": 9.0,
    }  # fmt: skip
    return {"source": source, "trials": len(scores), "tried": tried, "curve": budget_curve(scores),
            "search": {**search, **changed} if source == "search" else None}  # fmt: skip


def curve(low: float, high: float, **changed: Any) -> dict[str, Any]:
    """Return a learning curve whose gain with twice the labels has this interval."""
    mean = (low + high) / 2
    sizes = [
        {"share": share, "documents": 1000 * share, "runs": 2, "accuracy": 0.6 + 0.1 * share, "low": 0.55,
         "high": 0.75, "spread": 0.01}
        for share in (0.1, 0.2, 0.4, 1.0)
    ]  # fmt: skip
    at = {
        "accuracy": 0.7 + mean,
        "low": 0.7 + low,
        "high": 0.7 + high,
        "gain": {"mean": mean, "low": low, "high": high},
    }
    more = [{"documents": 1000.0 * factor, "factor": factor, **at} for factor in (2, 4)]
    points = [{"documents": n, "accuracy": 0.7, "low": 0.6, "high": 0.8} for n in (100.0, 1000.0, 2000.0, 4000.0)]
    law = {"floor": 0.2, "drop": 0.1, "exponent": 0.5, "residual": 0.004}
    return {"sizes": sizes, "skipped": [], "seconds": 3.0, "law": law, "curve": points, "more": more, **changed}
