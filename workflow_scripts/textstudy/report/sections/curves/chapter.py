"""Learning curves, and the diagnosis of each training run."""

from typing import Any

from textstudy.report.language.collapse import COLLAPSE_RULE
from textstudy.report.language.curves import TOGETHER, head_epochs, models_in_one_plot
from textstudy.report.language.links import Address
from textstudy.report.language.ranks import title
from textstudy.report.language.types import Report
from textstudy.report.sections.curves.diagnosis import (
    DIAGNOSIS_NOTE,
    DIAGNOSIS_RULES,
    collapse_sentence,
    model_diagnoses,
)

LONG = 24  # sentences beyond which the page folds them up


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return the values that the template prints."""
    histories = [model["history"] for model in report["models"].values() if model["history"]]
    lines = " Bold lines are means over seeds; faint lines are single seeds."
    if len(histories) > TOGETHER:
        lines += " In each panel, the grey lines are the other networks."
    if head_epochs([run for history in histories for run in history]):
        lines += (
            " To the left of the dotted vertical line, a hybrid trains only its head; to the right, it trains its "
            "encoder too."
        )
    diagnosis = [(title(report, name), sentences) for name, sentences in model_diagnoses(report)]
    return {
        "drawn": bool(histories),
        "lines": lines,
        "series": models_in_one_plot(report),
        "collapse": f"{COLLAPSE_RULE} {collapse_sentence(report)}",
        "rules": DIAGNOSIS_RULES,
        "note": DIAGNOSIS_NOTE,
        "diagnosis": diagnosis,
        "sentences": sum(len(sentences) for _, sentences in diagnosis),
        "folded": LONG,
    }
