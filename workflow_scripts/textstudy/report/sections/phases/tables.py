"""The table of a phase: its models in the order of their validation accuracy."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.escaping import Markdown, markdown
from textstudy.report.language.numbers import MISSING, count, interval, percent
from textstudy.report.language.phases import phase_heading
from textstudy.report.language.ranks import score, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Phase, Report


def phase_table(report: Report, phase: Phase) -> Table:
    """The ranking of a phase: validation, which selects, then what the same models reach on test."""
    rows = []
    for row in phase["ranking"]:
        name = row["model"]
        loss, won = row["validation_loss"], name == phase["winner"]
        shown = markdown(title(report, name))
        rows.append([
            row["rank"], Markdown(f"**{shown}** (winner)") if won else shown, plus_minus(row["validation_accuracy"]),
            MISSING if loss["mean"] is None else f"{loss['mean']:.3f}",
            interval(score(report, name, split="test", metric="accuracy")), count(row["parameters"]["total"]),
        ])  # fmt: skip
    return Table(
        f"table-phase-{phase['name']}",
        f"{phase_heading(report, phase)}: models in the order of their validation accuracy, which selects. Accuracies in "
        "per cent: on validation the mean ± the standard deviation over seeds, on test the mean with its 95 % "
        "bootstrap interval over documents. The loss is what a model minimises, with "
        "its label smoothing and class weights.",
        ["Rank", "Model", "Validation accuracy", "Validation loss", "Test accuracy", "Parameters"], "rlrrrr", rows,
    )  # fmt: skip


def plus_minus(summary: Mapping[str, Any]) -> str:
    """Return a mean over seeds with its spread in per cent: "45.3 ± 0.4"; without the spread where one seed ran."""
    spread = summary.get("spread")
    return percent(summary["mean"]) + ("" if spread is None else f" ± {percent(spread)}")
