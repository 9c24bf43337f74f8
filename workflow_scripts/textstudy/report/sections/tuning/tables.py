"""The tables of tuning: the budget of each model, and the settings that searches chose."""

from typing import Any

from textstudy.report.language.numbers import MISSING, count, interval, percent, setting_in_words
from textstudy.report.language.ranks import rank_by_validation, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report
from textstudy.report.sections.tuning.edges import BEYOND, chosen_changes, edge

SOURCES = {
    "grid": "a grid, at each training",
    "search": "a search",
    "phase": "candidates of a phase",
    "unknown": "not recorded",
}
CAPTION = (
    "How many settings of each model were tried, and the best validation accuracy to expect of one trial and of half "
    "of them, in per cent, with a bootstrap interval over the trials."
)
CHOSEN = (
    "The settings of each searched model: those of its best trial, with which it was trained. A value at an edge lies "
    "in the outer tenth of a range, or at an end of a list: a value beyond it may be better."
)


def tuning_table(report: Report) -> Table:
    """Return one row for each model with settings of its own, highest validation accuracy first."""
    rows = []
    for name in rank_by_validation(report):
        if name not in report["tuning"]:
            continue
        budget = report["tuning"][name]
        curve, best = budget["curve"], max((row["validation_accuracy"] for row in budget["tried"]), default=None)
        expected = [interval(curve[0]), interval(curve[(len(curve) - 1) // 2])] if curve else [MISSING, MISSING]
        rows.append([title(report, name), count(budget["trials"]), SOURCES[budget["source"]], *expected, percent(best)])
    headers = ["Model", "Trials", "How", "Expected of one", "Expected of half", "Best trial"]
    return Table("table-tuning", CAPTION, headers, "lrlrrr", rows)


def chosen_table(report: Report) -> Table:
    """Return one row for each setting that was searched, in the same order of models."""
    rows = []
    for name in rank_by_validation(report):
        budget = report["tuning"].get(name)
        for key, value in chosen_changes(budget).items() if budget and budget["search"] else ():
            values = budget["search"]["space"][key]
            shown = [title(report, name), key, _space_in_words(values), setting_in_words(value)]
            rows.append([*shown, BEYOND.get(edge(values, value), MISSING)])
    headers = ["Model", "Setting", "Tried", "Chosen", "At an edge"]
    return Table("table-chosen-settings", CHOSEN, headers, "lllrl", rows)


def _space_in_words(values: Any) -> str:
    if isinstance(values, dict):
        return f"{setting_in_words(values['low'])} to {setting_in_words(values['high'])}"
    return "; ".join(map(setting_in_words, values))
