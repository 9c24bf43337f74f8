"""Figures of robustness: what each perturbation costs each model, and how accuracy falls with severity."""

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from textstudy.report.drawing.style import (
    INK,
    SMALL,
    Charts,
    blank,
    canvas,
    colour_bar,
    label,
    series_styles,
    shade,
    titles,
    wrapped_titles,
)
from textstudy.report.language.perturbations import (
    edited_shares,
    find_cell,
    is_loss,
    loss_in_points,
    measured_models,
    perturbation_names,
    perturbation_title,
)
from textstudy.report.language.types import Report

COLUMNS = 3
LEGEND = 34  # letters of a name for which the legend has three columns
FILLED = 0.68  # of the colour scale, from which the number in a cell is white


def charts(report: Report) -> Charts:
    """Yield the figures of robustness."""
    yield "robustness_drops", drops
    yield "robustness_severity", severity


def drops(report: Report) -> Figure | None:
    """Models by perturbations: the drop in points at the largest share, bold where its interval excludes zero."""
    models, columns = measured_models(report), perturbation_names(report)
    if not models or not columns:
        return None
    largest = max(edited_shares(report))
    shown = wrapped_titles(report["models"], 24)
    figure, axes = canvas(1.75 + 0.36 * len(models))
    found = {
        (place, row): cell["drop"] for row, result in enumerate(models.values())
        for place, kind in enumerate(columns) if (cell := find_cell(result, kind, largest))
    }  # fmt: skip
    points = {place: 100 * drop["mean"] for place, drop in found.items()}
    top = max(1, *points.values())
    colour = shade(axes, points, top, columns=len(columns), rows=len(models), linewidth=0.8)
    for (x, y), drop in found.items():
        dark = points[x, y] > FILLED * top
        axes.text(x + 0.5, y + 0.5, loss_in_points(drop["mean"]), ha="center", va="center", fontsize=SMALL + 0.5,
                  color="white" if dark else INK, fontweight="bold" if is_loss(drop) else "normal")  # fmt: skip
    names = [label(perturbation_title(kind), 24) for kind in columns]
    axes.set_xticks([x + 0.5 for x in range(len(names))], names, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks([y + 0.5 for y in range(len(models))], [shown.get(name, name) for name in models])
    colour_bar(axes, colour, "drop of accuracy (points)", shrink=0.8, aspect=14)
    return figure


def severity(report: Report) -> Figure | None:
    """Accuracy by the share of words edited: a panel a perturbation, a line a model with its interval as a band."""
    models, panels = measured_models(report), perturbation_names(report)
    if not models or not panels:
        return None
    shown, styles = titles(report["models"], 58), series_styles(list({*report["models"], *models}))
    rows = math.ceil(len(panels) / COLUMNS)
    entries = COLUMNS if max(len(shown.get(name, name)) for name in models) <= LEGEND else COLUMNS - 1
    height = 0.6 + 0.16 * math.ceil(len(models) / entries) + 1.55 * rows
    figure, grid = canvas(height, rows, min(COLUMNS, len(panels)), sharex=True, sharey=True, squeeze=False)
    for axes, kind in zip(grid.flat, panels, strict=False):
        for name in models:
            _line(axes, report, name, kind, styles[name], band=min(0.12, 0.5 / len(models)))
        axes.set_title(label(perturbation_title(kind), 24), fontsize=SMALL, loc="left")
        axes.grid(axis="y")
    axes.set_xticks([0, *(100 * share for share in edited_shares(report) if share >= 0.1 * max(edited_shares(report)))])
    blank(grid, len(panels))
    figure.supxlabel("words edited (%); at 0 the clean text", fontsize=8)
    figure.supylabel("accuracy (%)", fontsize=8)
    handles = [grid[0, 0].plot([], [], **styles[name], markersize=3)[0] for name in models]
    figure.legend(handles, [shown.get(name, name) for name in models], loc="outside upper left", ncols=entries,
                  frameon=False)  # fmt: skip
    return figure


def _line(axes: Axes, report: Report, name: str, kind: str, look: dict, *, band: float) -> None:
    found = measured_models(report)[name]
    cells = [(share, cell["accuracy"]) for share in edited_shares(report) if (cell := find_cell(found, kind, share))]
    points = [(0.0, found["clean"]["accuracy"]), *cells]
    x = [100 * share for share, _ in points]
    axes.plot(x, [100 * accuracy["mean"] for _, accuracy in points], **look, markersize=2.8, linewidth=1.1)
    low, high = ([100 * accuracy[bound] for _, accuracy in points] for bound in ("low", "high"))
    axes.fill_between(x, low, high, color=look["color"], alpha=band, linewidth=0)
