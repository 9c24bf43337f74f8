"""Learning curves: all networks in one figure."""

import math
from collections.abc import Mapping

from matplotlib.figure import Figure

from textstudy.report.drawing.curves import (
    Line,
    draw_seeds,
    mark_second_parts,
    marker_spacing,
    mean_curve,
    use_whole_epochs,
)
from textstudy.report.drawing.style import (
    BLUE,
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
from textstudy.report.language.curves import TOGETHER
from textstudy.report.language.types import Report

COLUMNS = 4


def charts(report: Report) -> Charts:
    """Yield the figures of the training loss and of the validation accuracy."""
    yield "training_loss", training_loss
    yield "validation_accuracy", validation_accuracy


def training_loss(report: Report) -> Figure | None:
    """Return the training loss of every network by epoch."""
    return _curves(report, "train_loss", "training loss", 1.0)


def validation_accuracy(report: Report) -> Figure | None:
    """Return the validation accuracy of every network by epoch."""
    return _curves(report, "validation_accuracy", "validation accuracy (%)", 100.0)


def _curves(report: Report, key: str, axis: str, scale: float) -> Figure | None:
    """Return a figure with the mean over seeds of each model as a line, and each seed as a faint line."""
    lines = {name: mean_curve(model["history"], key, scale) for name, model in report["models"].items()}
    lines = {name: line for name, line in lines.items() if line}
    if not lines:
        return None
    if len(lines) > TOGETHER:
        return _panels(report, lines, key, axis, scale)
    shown, styles = titles(report["models"], 30), series_styles(list(report["models"]))
    figure, axes = canvas(max(3.0, 1.2 + 0.19 * len(lines)))
    ends = {}
    for name, line in lines.items():
        look = styles[name]
        draw_seeds(axes, report["models"][name]["history"], key, scale, look["color"], name)
        axes.plot(
            *zip(*line, strict=True), **look, markersize=3.5, markevery=marker_spacing(line), gid=series(name, "mean")
        )
        ends[name] = (shown[name], *line[-1], look["color"])
    mark_second_parts(axes, [run for name in lines for run in report["models"][name]["history"]])
    axes.set_xlabel("epoch")
    axes.set_ylabel(axis)
    use_whole_epochs(axes, key)
    label_ends(axes, ends)
    return figure


def _panels(report: Report, lines: Mapping[str, Line], key: str, axis: str, scale: float) -> Figure:
    """Return a figure with one panel per model on common axes, with the other models as grey lines."""
    rows = math.ceil(len(lines) / COLUMNS)
    figure, grid = canvas(0.45 + 1.35 * rows, rows, COLUMNS, sharex=True, sharey=True, squeeze=False)
    shown = wrapped_titles(report["models"], 27)
    for axes, name in zip(grid.flat, lines, strict=False):
        for other in lines.values():
            axes.plot(*zip(*other, strict=True), color=LIGHT, linewidth=0.6, zorder=1)
        draw_seeds(axes, report["models"][name]["history"], key, scale, BLUE)
        axes.plot(*zip(*lines[name], strict=True), color=BLUE, marker="o", markersize=2.5, linewidth=1.6,
                  markevery=marker_spacing(lines[name]))  # fmt: skip
        mark_second_parts(axes, report["models"][name]["history"])
        axes.set_title(shown[name], fontsize=SMALL, fontweight="normal", loc="left")
        use_whole_epochs(axes, key)
    blank(grid, len(lines))
    figure.supxlabel("epoch", fontsize=8)
    figure.supylabel(axis, fontsize=8)
    return figure
