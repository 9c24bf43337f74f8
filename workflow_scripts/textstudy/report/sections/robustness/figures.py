"""Figures of robustness: what each perturbation costs each model, and accuracy by the share of words edited."""

import math

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
from textstudy.report.language.numbers import count
from textstudy.report.language.perturbations import (
    edited_shares,
    is_loss,
    loss_in_points,
    measured_models,
    perturbation_names,
    perturbation_title,
    result_at,
    texts_edited,
)
from textstudy.report.language.types import Report

COLUMNS = 3
LONG_TITLE = 34  # letters; with a longer title the legend has one column less
DARK = 0.68  # of the colour scale, from which the number in a cell is white


def charts(report: Report) -> Charts:
    """Yield the figures of robustness."""
    yield "robustness_drops", drops
    yield "robustness_severity", severity


def drops(report: Report) -> Figure | None:
    """Draw models by perturbations: the drop at the largest share, in bold where its interval lies above zero."""
    models, columns = measured_models(report), perturbation_names(report)
    if not models or not columns:
        return None
    largest, shown = max(edited_shares(report)), wrapped_titles(report["models"], 24)
    figure, axes = canvas(1.75 + 0.36 * len(models))
    cells = {
        (place, row): result_at(found, perturbation, largest)["drop"]
        for row, found in enumerate(models.values()) for place, perturbation in enumerate(columns)
    }  # fmt: skip
    points = {place: 100 * drop["mean"] for place, drop in cells.items()}
    top = max(1, *points.values())
    colour = shade(axes, points, top, columns=len(columns), rows=len(models), linewidth=0.8)
    for (x, y), drop in cells.items():
        dark = points[x, y] > DARK * top
        axes.text(x + 0.5, y + 0.5, loss_in_points(drop["mean"]), ha="center", va="center", fontsize=SMALL + 0.5,
                  color="white" if dark else INK, fontweight="bold" if is_loss(drop) else "normal")  # fmt: skip
    names = [label(perturbation_title(perturbation), 24) for perturbation in columns]
    axes.set_xticks([x + 0.5 for x in range(len(names))], names, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks([y + 0.5 for y in range(len(models))], [shown[name] for name in models])
    colour_bar(axes, colour, "drop of accuracy (points)", shrink=0.8, aspect=14)
    return figure


def severity(report: Report) -> Figure | None:
    """Draw accuracy by the share of words edited: one panel a perturbation, one line a model."""
    models, panels, shares = measured_models(report), perturbation_names(report), edited_shares(report)
    if not models or not panels:
        return None
    shown, styles = titles(report["models"], 58), series_styles(list(report["models"]))
    rows = math.ceil(len(panels) / COLUMNS)
    entries = COLUMNS if max(len(shown[name]) for name in models) <= LONG_TITLE else COLUMNS - 1
    height = 0.6 + 0.16 * math.ceil(len(models) / entries) + 1.45 * rows
    figure, grid = canvas(height, rows, min(COLUMNS, len(panels)), sharex=True, sharey=True, squeeze=False)
    edited = texts_edited(report)
    for axes, perturbation in zip(grid.flat, panels, strict=False):
        for name, found in models.items():
            results = [result_at(found, perturbation, share) for share in shares]
            accuracies = [results[0]["clean"], *(row["accuracy"] for row in results)]
            axes.plot([0, *(100 * share for share in shares)], [100 * each["mean"] for each in accuracies],
                      **styles[name], markersize=2.8, linewidth=1.1)  # fmt: skip
        of = " of ".join(map(count, edited[perturbation]))
        axes.set_title(f"{label(perturbation_title(perturbation), 24)} ({of} texts)", fontsize=SMALL, loc="left")
        axes.grid(axis="y")
    axes.set_xticks([0, *(100 * share for share in shares if share >= 0.1 * max(shares))])
    blank(grid, len(panels))
    figure.supxlabel("words edited (%); 0: the same texts without edits", fontsize=8)
    figure.supylabel("accuracy (%)", fontsize=8)
    handles = [grid[0, 0].plot([], [], **styles[name], markersize=3)[0] for name in models]
    figure.legend(handles, [shown[name] for name in models], loc="outside upper left", ncols=entries,
                  frameon=False)  # fmt: skip
    return figure
