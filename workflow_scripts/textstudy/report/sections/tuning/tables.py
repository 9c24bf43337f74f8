"""The table of tuning budgets."""

from textstudy.report.language.numbers import MISSING, count, interval, percent
from textstudy.report.language.ranks import rank_by_validation, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

SOURCES = {
    "grid": "a grid, at each training",
    "trials": "random trials",
    "phase": "candidates of a phase",
    "unknown": "not recorded",
}
CAPTION = (
    "How many settings of each model were tried, and the best validation accuracy to expect of one trial and of all of "
    "them, in per cent, with a 95 % bootstrap interval over the trials."
)


def tuning_table(report: Report) -> Table:
    """Return one row for each model with settings of its own, highest validation accuracy first."""
    rows = []
    for name in rank_by_validation(report):
        if name not in report["tuning"]:
            continue
        budget = report["tuning"][name]
        curve, best = budget["curve"], max((row["validation_accuracy"] for row in budget["tried"]), default=None)
        expected = [interval(curve[0]), interval(curve[-1])] if curve else [MISSING, MISSING]
        rows.append([title(report, name), count(budget["trials"]), SOURCES[budget["source"]], *expected, percent(best)])
    headers = ["Model", "Trials", "How", "Expected of one", "Expected of all", "Best trial"]
    return Table("table-tuning", CAPTION, headers, "lrlrrr", rows)
