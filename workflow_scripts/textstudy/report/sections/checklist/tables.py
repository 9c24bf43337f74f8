"""Tables of the checklist: a question a row, with its answer and the place where more stands."""

from textstudy.report.language.escaping import Markdown
from textstudy.report.language.numbers import count
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report
from textstudy.report.sections.checklist.items import CHECKLIST, Item

NOT_RECORDED = "not recorded"


def checklists(report: Report) -> list[Table]:
    """Return a table for each part of the checklist."""
    return [
        Table(
            f"table-checklist-{number}", f"Checklist: {part.lower()}.", ["Question", "Answer", "Where"], "lll",
            [[item.question, item.answer(report) or NOT_RECORDED, _places(item)] for item in items],
        )
        for number, (part, items) in enumerate(CHECKLIST.items(), start=1)
    ]  # fmt: skip


def unanswered(report: Report) -> str:
    """Return the sentence on the questions without an answer."""
    items = [item for part in CHECKLIST.values() for item in part]
    open_ = sum(not item.answer(report) for item in items)
    return f"{count(open_)} of {count(len(items))} are not answered." if open_ else "All are answered."


def _places(item: Item) -> Markdown:
    """Return references to tables and figures; one that this report does not have is left out."""
    return Markdown(" ".join(f"[[](#{place})]{{.refer}}" for place in item.places) or " ")
