"""What the models get wrong together, and whether their probabilities can be trusted."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.errors import abstention, calibration, label_noise, ordinal, tables


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    if not report["errors"]:
        return {"examined": False}
    sure = abstention.measured(report)
    shared, label_issues = tables.shared(report), tables.label_issues(report)
    return {
        "examined": True,
        "participants": tables.participants(report) if shared or label_issues else "",
        "shared": shared,
        "label_issues": label_issues,
        "calibration": calibration.table(report),
        "answers": abstention.answers_table(report) if sure else None,
        "label_sets": abstention.sets_table(report) if sure else None,
        "ordinal": ordinal.table(report),
        "label_noise": label_noise.table(report),
        "doubtful": label_noise.file(report, address),
    }
