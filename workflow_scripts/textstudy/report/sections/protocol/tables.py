"""The table of the published protocol beside real documents."""

from typing import Any

from textstudy.report.language.numbers import MISSING, count, percent
from textstudy.report.language.perturbations import (
    edited_shares,
    find_cell,
    measured_models,
    perturbation_title,
    share_title,
)
from textstudy.report.language.ranks import title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report
from textstudy.report.sections.protocol.findings import nearest_share, sentence


def table(report: Report) -> Table:
    """A row for each perturbation, a column for each model: right variants of the sentence / right documents."""
    found = sentence(report)
    names = [name for name in measured_models(report) if name in found.get("models", {})]
    if not names or not edited_shares(report):
        return Table("table-protocol", "", [], "")
    share = nearest_share(report)
    rows = [
        ["none", *(_beside(found["models"][name]["clean"], measured_models(report)[name]["clean"]) for name in names)]
    ]
    for kind in dict.fromkeys(kind for name in names for kind in found["models"][name]["accuracies"]):
        cells = [(found["models"][name]["accuracies"].get(kind), find_cell(measured_models(report)[name], kind, share))
                 for name in names]  # fmt: skip
        rows.append([perturbation_title(kind), *(_beside(right, cell) for right, cell in cells)])
    return Table(
        "table-protocol",
        f"The published protocol beside real documents: per cent of {count(found['variants'])} variants of one "
        f"sentence that are classified right / per cent of {count(report['robustness']['documents'])} test documents "
        f"with {share_title(share)} of the words edited. The row “none” is the text without edits.",
        ["Perturbation", *(title(report, name) for name in names)], "l" + "r" * len(names), rows,
    )  # fmt: skip


def _beside(right: float | bool | None, cell: Any) -> str:
    documents = percent(cell["accuracy"]["mean"]) if cell else MISSING
    return f"{MISSING if right is None else percent(float(right), 0)} / {documents}"
