"""What the training runs show: collapsed runs and overfitting."""

from collections.abc import Mapping, Sequence
from typing import Any

from textstudy.report.language.claims import shorten_list
from textstudy.report.language.collapse import COLLAPSE_RULE
from textstudy.report.language.numbers import join_items, percent, points
from textstudy.report.language.ranks import quoted_title
from textstudy.report.language.types import Finding, Report, finding

OVERFITTING = 0.10  # training − validation accuracy from which a network counts as overfitting
NAMED = 10  # networks whose gap the details name


def findings(report: Report) -> list[Finding]:
    """Return the findings on collapsed runs and on networks that overfit."""
    collapsed = {name: model["collapsed"] for name, model in report["models"].items() if model["collapsed"]}
    return [*(_collapse(report, name, runs) for name, runs in collapsed.items()), *_overfitting(report)]


def _collapse(report: Report, name: str, runs: Sequence[Mapping[str, Any]]) -> Finding:
    worst = max(runs, key=lambda run: run["share"])
    seeds = len(report["models"][name]["seeds"])
    when = f" in {len(runs)} of {seeds} runs" if seeds > 1 else ""
    text = f"{quoted_title(report, name)} has collapsed{when}: it predicts nearly always the same class."
    details = (
        f"With seed {worst['seed']}, it predicts {worst['label']} for {percent(worst['share'])} % of the test "
        f"documents, and {percent(worst['true_share'])} % have that label. {COLLAPSE_RULE}"
    )
    return finding("collapse", text, details=details, model=name, runs=runs)


def _overfitting(report: Report) -> list[Finding]:
    """Return which networks are right much more often on training than on validation documents."""
    gaps = {name: model["gap"] for name, model in report["models"].items() if model["gap"] is not None}
    if not gaps:
        return []
    widest = sorted(gaps, key=lambda name: (-gaps[name], name))
    wide = [quoted_title(report, name) for name in widest if gaps[name] >= OVERFITTING]
    if wide:
        text = (
            f"{shorten_list(wide)} {'overfits' if len(wide) == 1 else 'overfit'}: much better on the training "
            "documents than on others."
        )
    else:
        text = "No network overfits: none is much better on the training documents than on others."
    shown = join_items([f"{quoted_title(report, name)} {points(gaps[name])}" for name in widest[:NAMED]])
    details = (
        "Points of accuracy on training documents above that on validation documents, with the weights that are kept "
        f"and without dropout: {shown}{'' if len(widest) <= NAMED else '; the others have smaller gaps'}. From "
        f"{100 * OVERFITTING:.0f} points on, a network counts as overfitting."
    )
    return [finding("overfitting", text, details=details, gaps=gaps)]
