"""Learning curves, and what they say of each training."""

from typing import Any

from textstudy.report.language.collapse import COLLAPSE_RULE
from textstudy.report.language.curves import TOGETHER, head_epochs, models_in_one_plot
from textstudy.report.language.links import Address
from textstudy.report.language.ranks import title
from textstudy.report.language.types import Report
from textstudy.report.sections.curves.diagnosis import DIAGNOSIS_RULES, collapsed_models, diagnosed

LONG = 24  # sentences beyond which a page keeps them folded up


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    histories = [model["history"] for model in report["models"].values() if model["history"]]
    behind = " In each panel, the other networks stand in grey behind." if len(histories) > TOGETHER else ""
    if head_epochs([run for history in histories for run in history]):
        behind += " Left of a dotted vertical line the head of a hybrid learns alone, right of it the encoder too."
    diagnosis = [(title(report, name), sentences) for name, sentences in diagnosed(report)]
    return {
        "drawn": bool(histories),
        "behind": behind,
        "series": models_in_one_plot(report),
        "collapse": f"{COLLAPSE_RULE} {collapsed_models(report)}",
        "rules": DIAGNOSIS_RULES,
        "diagnosis": diagnosis,
        "sentences": sum(len(sentences) for _, sentences in diagnosis),
        "folded": LONG,
    }
