"""How many settings of each model were tried, and what accuracy on validation that many trials would reach."""

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import Any

from textstudy.evaluate.tuning import budget_curve
from textstudy.settings.models import KINDS

Rows = Sequence[Mapping[str, Any]]


def tuning_budgets(
    models: Mapping[str, Any], runs: Mapping[str, Any], phases: Rows, searches: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return model → its tuning budget; ensembles and refits, which are made from other models, are left out.

    Args:
        models: as in report.json.
        runs: model → seed → contents of its files by stem.
        phases: as in report.json.
        searches: model → what the step `summarize_search` wrote.
    """
    budgets = {}
    for name, model in models.items():
        if model["learner"] == "ensemble" or model["refits"]:
            continue
        phase = next((phase for phase in phases if name in {row["model"] for row in phase["ranking"]}), None)
        grid = next(iter(runs[name].values()))["training"].get("tried")
        if name in searches:
            facts = dict(searches[name])
            tried = facts.pop("trials")
            budgets[name] = _made("search", ((row["changes"], row["validation_accuracy"]) for row in tried))
            budgets[name]["search"] = {**facts, "failed": sum(row["failed"] is not None for row in tried)}
        elif phase:
            ranking = phase["ranking"]
            budgets[name] = _made(
                "phase", (({"model": row["model"]}, row["validation_accuracy"]["mean"]) for row in ranking)
            )
        elif grid:
            budgets[name] = _made("grid", ((row["changes"], row["validation_accuracy"]) for row in grid))
        elif grids := KINDS[model["architecture"]].grids:  # which are judged by their loss
            size = prod(len(model["settings"][key]) for key in grids)
            budgets[name] = _made("grid", ()) | {"trials": size}
        else:
            budgets[name] = _made("unknown", ()) | {"trials": None}
    return budgets


def _made(source: str, tried: Iterable[tuple[Mapping[str, Any], float]]) -> dict[str, Any]:
    rows = [{"changes": dict(changes), "validation_accuracy": accuracy} for changes, accuracy in tried]
    curve = budget_curve([row["validation_accuracy"] for row in rows]) if len(rows) > 1 else []
    return {"source": source, "trials": len(rows), "tried": rows, "curve": curve, "search": None}
