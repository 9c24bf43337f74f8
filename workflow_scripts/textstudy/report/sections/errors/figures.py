"""Calibration: how often a model is right at each level of its confidence."""

import math

from matplotlib.figure import Figure

from textstudy.report.drawing.style import BLUE, GREY, SMALL, Charts, blank, canvas, wrapped_titles
from textstudy.report.language.numbers import percent
from textstudy.report.language.ranks import rank_models
from textstudy.report.language.types import Report

COLUMNS = 4


def charts(report: Report) -> Charts:
    """Yield the one figure of calibration."""
    yield "reliability", reliability


def reliability(report: Report) -> Figure | None:
    """Draw accuracy by confidence, one panel a model, in groups of equally many documents."""
    if not report["errors"]:
        return None
    found, names = report["errors"]["reliability"], rank_models(report)
    shown = wrapped_titles(report["models"], 22)
    columns = min(COLUMNS, len(names))
    rows = math.ceil(len(names) / columns)
    figure, grid = canvas(0.45 + 1.6 * rows, rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, name in zip(grid.flat, names, strict=False):
        axes.plot([0, 100], [0, 100], color=GREY, linewidth=0.9, linestyle=(0, (4, 2)), zorder=0)
        points = [(100 * part["confidence"], 100 * part["accuracy"]) for part in found[name]]
        axes.plot(*zip(*points, strict=True), color=BLUE, marker="o", markersize=2.8, linewidth=1.1)
        axes.set_title(shown[name], fontsize=SMALL, fontweight="normal", loc="left")
        error = report["models"][name]["expected_calibration_error"]
        axes.annotate(f"{percent(error)} %", (0.96, 0.05), xycoords="axes fraction", ha="right", fontsize=SMALL)
        axes.set_xlim(0, 103)
        axes.set_ylim(0, 103)
    blank(grid, len(names))
    figure.supxlabel("confidence (%)", fontsize=8)
    figure.supylabel("accuracy (%)", fontsize=8)
    return figure
