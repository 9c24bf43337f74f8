"""What the training runs show: collapsed runs and overfitting."""

from collections.abc import Mapping, Sequence
from typing import Any

from textstudy.report.language.collapse import COLLAPSE_RULE
from textstudy.report.language.numbers import count_of, join_items, percent, points
from textstudy.report.language.ranks import quoted_title
from textstudy.report.language.types import Finding, Report, finding

OVERFITTING = 0.10  # training − validation accuracy that counts as a wide gap
NAMED = 5  # networks with a wide gap that the sentence names


def findings(report: Report) -> list[Finding]:
    """Return the findings on collapsed runs and on networks that overfit."""
    collapsed = {name: model["collapsed"] for name, model in report["models"].items() if model["collapsed"]}
    return [*(_collapse(report, name, runs) for name, runs in collapsed.items()), *_overfitting(report)]


def _collapse(report: Report, name: str, runs: Sequence[Mapping[str, Any]]) -> Finding:
    worst = max(runs, key=lambda run: run["share"])
    text = (
        f"{quoted_title(report, name)} has collapsed in {len(runs)} of {len(report['models'][name]['seeds'])} runs. "
        f"With seed {worst['seed']}, it predicts {worst['label']} for {percent(worst['share'])} % of the test "
        f"documents, and {percent(worst['true_share'])} % have that label. {COLLAPSE_RULE}"
    )
    return finding("collapse", text, model=name, runs=runs)


def _overfitting(report: Report) -> list[Finding]:
    gaps = {name: model["gap"] for name, model in report["models"].items() if model["gap"] is not None}
    if not gaps:
        return []
    wide = sorted((name for name in gaps if gaps[name] >= OVERFITTING), key=lambda name: (-gaps[name], name))
    text = (
        f"At the best epoch, the training accuracy exceeds the validation accuracy by {100 * OVERFITTING:.0f} points "
        f"or more in {len(wide) or 'none'} of {count_of(len(gaps), 'network')}"
    )
    if wide:
        widest = join_items([f"{quoted_title(report, name)} ({points(gaps[name])})" for name in wide[:NAMED]])
        text += f"; the widest gap{' is' if len(wide) == 1 else 's are'} in {widest}"
    return [finding("overfitting", f"{text}.", gaps=gaps)]
