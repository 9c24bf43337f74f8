"""What the training curves say: collapsed runs and overfitting."""

from textstudy.report.language.collapse import COLLAPSE_RULE
from textstudy.report.language.numbers import count_of, join_items, percent, points
from textstudy.report.language.ranks import quoted_title
from textstudy.report.language.types import Finding, Report, finding


def findings(report: Report) -> list[Finding]:
    """Return which runs collapsed and which networks overfit."""
    return [*collapse(report), *overfitting(report)]


OVERFITTING = 0.10  # train − validation accuracy from which a gap is stated


def collapse(report: Report) -> list[Finding]:
    """Models of which a run answers nearly always with one class, as the metrics of its run decide."""
    result = []
    for name, model in report["models"].items():
        runs = model.get("collapsed") or []
        if runs:
            worst = max(runs, key=lambda run: run["share"])
            text = (
                f"{quoted_title(report, name)} has collapsed in {len(runs)} of {len(model['seeds'])} runs: with seed "
                f"{worst['seed']} it answers {worst['label']} for {percent(worst['share'])} % of the test documents, "
                f"of which {percent(worst['true_share'])} % carry that label. {COLLAPSE_RULE}"
            )
            result.append(finding("collapse", text, model=name, runs=runs))
    return result


def overfitting(report: Report) -> list[Finding]:
    gaps = {name: model["gap"] for name, model in report["models"].items() if model.get("gap") is not None}
    if not gaps:
        return []
    wide = sorted((name for name in gaps if gaps[name] >= OVERFITTING), key=lambda name: (-gaps[name], name))
    limit = f"{100 * OVERFITTING:.0f} points"
    if wide:
        which = join_items([f"{quoted_title(report, name)} ({points(gaps[name])})" for name in wide[:5]])
        text = (
            f"At the chosen epoch the training accuracy exceeds the validation accuracy by {limit} or more in "
            f"{len(wide)} of {count_of(len(gaps), 'network')}; the widest gap{'s are' if len(wide) > 1 else ' is'} "
            f"in {which}."
        )
    else:
        text = f"At the chosen epoch no network's training accuracy exceeds its validation accuracy by {limit} or more."
    return [finding("overfitting", text, gaps=gaps)]
