"""Confidence: the calibration error beside chance, accuracy by confidence, and errors among the surest answers."""

import math

import numpy as np
from matplotlib.figure import Figure

from textstudy.report.drawing.style import (
    BLUE,
    GREY,
    LIGHT,
    SMALL,
    Charts,
    blank,
    canvas,
    label_ends,
    series,
    series_styles,
    titles,
    wrapped_titles,
)
from textstudy.report.language.numbers import percent
from textstudy.report.language.ranks import rank_models
from textstudy.report.language.types import Report
from textstudy.report.sections.errors.abstention import measured

COLUMNS = 4
PANELS = 12  # at most


def charts(report: Report) -> Charts:
    """Yield the two figures of calibration, and that of the errors among sure answers."""
    yield "calibration", calibration
    yield "reliability", reliability
    yield "risk_coverage", risk_coverage


def calibration(report: Report) -> Figure | None:
    """Draw the calibration error of each model with its interval, over the range of chance."""
    if not report["errors"] or not report["errors"]["calibration"]:
        return None
    found, names = report["errors"]["calibration"], rank_models(report)
    figure, axes = canvas(0.55 + 0.2 * len(names))
    for place, name in enumerate(names):
        row = found[name]
        axes.barh(place, 100 * row["floor"]["high"], height=0.62, color=LIGHT, linewidth=0)
        axes.plot([100 * row["floor"]["mean"]] * 2, [place - 0.31, place + 0.31], color="white", linewidth=1.2)
        axes.plot([100 * row["low"], 100 * row["high"]], [place, place], color=BLUE, linewidth=1.1)
        fill = BLUE if row["above_floor"] else "white"
        axes.plot([100 * row["mean"]], [place], color=BLUE, marker="o", markersize=4, markerfacecolor=fill)
    shown = titles(report["models"])
    axes.set_yticks(range(len(names)), [shown[name] for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("expected calibration error (%)")
    return figure


def reliability(report: Report) -> Figure | None:
    """Draw accuracy by confidence, one panel a model, in groups of equally many documents."""
    if not report["errors"]:
        return None
    found, shown = report["errors"]["reliability"], wrapped_titles(report["models"], 22)
    names = _largest_errors(report)
    columns = min(COLUMNS, len(names))
    rows = math.ceil(len(names) / columns)
    figure, grid = canvas(0.45 + 1.6 * rows, rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, name in zip(grid.flat, names, strict=False):
        stated = np.array([part["confidence"] for part in found[name]])
        chance = 1.96 * np.sqrt(stated * (1 - stated) / [part["count"] for part in found[name]])
        low, high = np.maximum(0, stated - chance), np.minimum(1, stated + chance)
        axes.fill_between(100 * stated, 100 * low, 100 * high, color=LIGHT, linewidth=0, alpha=0.6, zorder=0)
        axes.plot([0, 100], [0, 100], color=GREY, linewidth=0.9, linestyle=(0, (4, 2)), zorder=0)
        right = [100 * part["accuracy"] for part in found[name]]
        axes.plot(100 * stated, right, color=BLUE, marker="o", markersize=2.8, linewidth=1.1)
        axes.set_title(shown[name], fontsize=SMALL, fontweight="normal", loc="left")
        error = report["models"][name]["expected_calibration_error"]
        axes.annotate(f"{percent(error)} %", (0.96, 0.05), xycoords="axes fraction", ha="right", fontsize=SMALL)
        axes.set_xlim(0, 103)
        axes.set_ylim(0, 103)
    blank(grid, len(names))
    figure.supxlabel("confidence (%)", fontsize=8)
    figure.supylabel("accuracy (%)", fontsize=8)
    return figure


def risk_coverage(report: Report) -> Figure | None:
    """Draw the errors among the answers of each model by how much it answers, from the surest texts to all."""
    found, styles, shown = measured(report), series_styles(list(report["models"])), titles(report["models"], 34)
    names = [name for name in rank_models(report) if name in found][:PANELS]
    if not names:
        return None
    figure, axes = canvas(3.2 + 0.06 * len(names))
    ends = {}
    for name in names:
        curve, look = found[name]["curve"], styles[name]
        x, y = ([100 * point[key] for point in curve] for key in ("answered", "error"))
        axes.plot(x, y, **look, markersize=3.5, markevery=list(range(len(x) - 1, -1, -10)), gid=series(name, "mean"))
        ends[name] = (shown[name], x[-1], y[-1], look["color"])
    axes.set_xlim(0, 100)
    axes.set_ylim(0)
    axes.grid(axis="y")
    label_ends(axes, ends)
    axes.set_xlabel("texts answered, the surest first (%)")
    axes.set_ylabel("errors among the answers (%)")
    return figure


def _largest_errors(report: Report) -> list[str]:
    """Return the models that have a panel, the most accurate first."""
    names = rank_models(report)
    order = sorted(names, key=lambda name: -report["models"][name]["expected_calibration_error"])[:PANELS]
    return [name for name in names if name in order]
