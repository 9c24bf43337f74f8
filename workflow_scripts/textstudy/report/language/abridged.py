"""Which models a printed report shows in detail, where it has many."""

from textstudy.report.language.curves import TOGETHER
from textstudy.report.language.ranks import learner, rank_by_validation
from textstudy.report.language.types import Report


def models_on_paper(report: Report) -> list[str]:
    """Return the models that the PDF shows in detail: all; of many, the best on validation and the simple baseline."""
    if len(report["models"]) <= TOGETHER:
        return list(report["models"])
    names = rank_by_validation(report)
    simple = [name for name in names if learner(report, name) == "linear"]
    return list(dict.fromkeys([*names[:1], *simple[:1]]))
