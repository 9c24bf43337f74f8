"""The model that the chapter shows in full: the recommended one."""

from textstudy.report.language.ranks import models_with_test_score
from textstudy.report.language.types import Report


def foreground(report: Report) -> list[str]:
    """Return the recommended model, or where none is recommended the most accurate; empty without models."""
    if report["decision"]:
        return [report["decision"]["recommended"]]
    return models_with_test_score(report)[:1]
