"""What is printed on paper where a report has many models."""

from textstudy.report.language.curves import TOGETHER
from textstudy.report.language.ranks import learner, rank_by_validation
from textstudy.report.language.types import Report


def models_on_paper(report: Report) -> list[str]:
    """Return the models whose documents are printed: of many only the best on validation and the simple baseline."""
    if len(report["models"]) <= TOGETHER:
        return list(report["models"])
    names = rank_by_validation(report)
    simple = [name for name in names if learner(report, name) == "linear"]
    return list(dict.fromkeys([*names[:1], *simple[:1]]))
