"""The table of a phase: its models, highest validation accuracy first."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.escaping import Markdown, markdown
from textstudy.report.language.numbers import count, interval, percent
from textstudy.report.language.phases import phase_heading
from textstudy.report.language.ranks import score, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Phase, Report


def phase_table(report: Report, phase: Phase) -> Table:
    """Return the ranking of a phase on validation, with the test accuracy of the same models."""
    rows = []
    for row in phase["ranking"]:
        name = row["model"]
        shown = markdown(title(report, name))
        rows.append([
            row["rank"], Markdown(f"**{shown}** (winner)") if name == phase["winner"] else shown,
            _mean_and_spread(row["validation_accuracy"]), f"{row['validation_loss']['mean']:.3f}",
            interval(score(report, name, split="test", metric="accuracy")), count(row["parameters"]["total"]),
        ])  # fmt: skip
    return Table(
        f"table-phase-{phase['name']}",
        f"{phase_heading(report, phase)}: models, highest validation accuracy first. The first model is the winner. "
        "Accuracies are in per cent: on validation the mean ± the standard deviation over seeds, on test the mean with "
        "its 95 % interval for other documents and trainings. The loss is the one that training minimises, with "
        "label smoothing and class weights where the settings have them.",
        ["Rank", "Model", "Validation accuracy", "Validation loss", "Test accuracy", "Parameters"], "rlrrrr", rows,
    )  # fmt: skip


def _mean_and_spread(over_runs: Mapping[str, Any]) -> str:
    """Return a mean over seeds with its standard deviation in per cent: "45.3 ± 0.4"; of one seed the mean alone."""
    spread = over_runs["spread"]
    return percent(over_runs["mean"]) + ("" if spread is None else f" ± {percent(spread)}")
