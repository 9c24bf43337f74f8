"""Learning curves: all networks in one figure, and random against pretrained word vectors side by side."""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from textstudy.report.reading import TOGETHER, head_epochs
from textstudy.report.style import (
    BLUE,
    COLOURS,
    GREY,
    LIGHT,
    SMALL,
    Charts,
    blank,
    canvas,
    label,
    label_ends,
    series,
    series_styles,
    titles,
    wrapped_titles,
)
from textstudy.report.word_vectors import PRETRAINED, RANDOM, twins

COLUMNS = 4
PAIRS_IN_ROW = 5
SOURCES = {
    RANDOM: {"color": COLOURS[1], "linestyle": (0, (3, 1.5)), "marker": "s", "markerfacecolor": "white"},
    PRETRAINED: {"color": BLUE, "linestyle": "solid", "marker": "o"},
}
SHOWN = {"validation_accuracy": ("validation\naccuracy (%)", 100.0), "validation_loss": ("validation loss", 1.0)}

Report = Mapping[str, Any]
Line = list[tuple[int, float]]


def charts(report: Report) -> Charts:
    """Yield the curves of all networks together, and those of each phase that pairs word vectors."""
    yield "training_loss", training_loss
    yield "validation_accuracy", validation_accuracy
    for phase in report.get("phases") or []:
        yield f"word_vectors_{phase['name']}", partial(word_vectors, phase=phase)


def training_loss(report: Report) -> Figure | None:
    """Training loss of every network by epoch."""
    return _curves(report, "train_loss", "training loss", 1.0)


def validation_accuracy(report: Report) -> Figure | None:
    """Validation accuracy of every network by epoch."""
    return _curves(report, "validation_accuracy", "validation accuracy (%)", 100.0)


def _curves(report: Report, key: str, axis: str, scale: float) -> Figure | None:
    """One line a model, the mean over its seeds, with each seed as a faint line."""
    lines = {name: mean_curve(model.get("history") or [], key, scale) for name, model in report["models"].items()}
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
        _seeds(axes, report["models"][name]["history"], key, scale, look["color"], name)
        axes.plot(*zip(*line, strict=True), **look, markersize=3.5, markevery=_every(line), gid=series(name, "mean"))
        ends[name] = (shown[name], *line[-1], look["color"])
    _second_parts(axes, [run for name in lines for run in report["models"][name]["history"]])
    axes.set_xlabel("epoch")
    axes.set_ylabel(axis)
    _whole_epochs(axes, key)
    label_ends(axes, ends)
    return figure


def _panels(report: Report, lines: Mapping[str, Line], key: str, axis: str, scale: float) -> Figure:
    """One panel a model on common axes, with the other models in grey behind it."""
    rows = math.ceil(len(lines) / COLUMNS)
    figure, grid = canvas(0.45 + 1.35 * rows, rows, COLUMNS, sharex=True, sharey=True, squeeze=False)
    shown = wrapped_titles(report["models"], 27)
    for axes, name in zip(grid.flat, lines, strict=False):
        for other in lines.values():
            axes.plot(*zip(*other, strict=True), color=LIGHT, linewidth=0.6, zorder=1)
        _seeds(axes, report["models"][name]["history"], key, scale, BLUE)
        axes.plot(*zip(*lines[name], strict=True), color=BLUE, marker="o", markersize=2.5, linewidth=1.6,
                  markevery=_every(lines[name]))  # fmt: skip
        _second_parts(axes, report["models"][name]["history"])
        axes.set_title(shown[name], fontsize=SMALL, fontweight="normal", loc="left")
        _whole_epochs(axes, key)
    blank(grid, len(lines))
    figure.supxlabel("epoch", fontsize=8)
    figure.supylabel(axis, fontsize=8)
    return figure


def word_vectors(report: Report, phase: Mapping[str, Any]) -> Figure | None:
    """Validation accuracy and loss with random and with pretrained word vectors: a column a pair of models."""
    pairs = [
        pair for pair in twins(report, phase)
        if all(report["models"][pair[source]].get("history") for source in SOURCES)
    ]  # fmt: skip
    if not pairs:
        return None
    columns = min(len(pairs), PAIRS_IN_ROW)
    blocks = math.ceil(len(pairs) / columns)
    figure, grid = canvas(0.55 + 2.6 * blocks, 2 * blocks, columns, sharex=True, squeeze=False)
    rows = {key: grid[place::2].flatten() for place, key in enumerate(SHOWN)}
    for key, (axis, scale) in SHOWN.items():
        for place, (axes, pair) in enumerate(zip(rows[key], pairs, strict=False)):
            axes.sharey(rows[key][0])
            for source, look in SOURCES.items():
                history = report["models"][pair[source]]["history"]
                _seeds(axes, history, key, scale, look["color"])
                line = mean_curve(history, key, scale)
                axes.plot(*zip(*line, strict=True), **look, markersize=3, markevery=_every(line))
            _whole_epochs(axes, key)
            axes.tick_params(labelleft=place % columns == 0)
            if place % columns == 0:
                axes.set_ylabel(axis)
            if key == "validation_accuracy":
                axes.set_title(label(pair["title"], 22))
        for axes in rows[key][len(pairs) :]:
            axes.set_visible(False)
    figure.supxlabel("epoch", fontsize=8)
    handles = [grid[0, 0].plot([], [], **look, markersize=3)[0] for look in SOURCES.values()]
    names = ["random word vectors", "pretrained word vectors"]
    figure.legend(handles, names, loc="outside upper left", ncols=2, frameon=False)
    return figure


def mean_curve(history: Sequence[Mapping[str, Any]], key: str, scale: float = 1.0) -> Line:
    """Return (epoch, mean over the seeds that reached it)."""
    values: dict[int, list[float]] = {}
    for run in history:
        for epoch in run["epochs"]:
            if epoch.get(key) is not None:
                values.setdefault(epoch["epoch"], []).append(epoch[key])
    return [(epoch, scale * sum(values[epoch]) / len(values[epoch])) for epoch in sorted(values)]


def _seeds(
    axes: Axes, history: Sequence[Mapping[str, Any]], key: str, scale: float, colour: str, name: str = ""
) -> None:
    for run in history:
        points = [(epoch["epoch"], scale * epoch[key]) for epoch in run["epochs"] if epoch.get(key) is not None]
        if points:
            axes.plot(*zip(*points, strict=True), color=colour, linewidth=0.5, alpha=0.45,
                      gid=series(name, f"seed-{run['seed']}") if name else None)  # fmt: skip


def _second_parts(axes: Axes, history: Sequence[Mapping[str, Any]]) -> None:
    """Mark where a hybrid, whose head learned alone so far, goes on with everything."""
    for epochs in head_epochs(history):
        axes.axvline(epochs + 0.5, color=GREY, linewidth=0.7, linestyle=(0, (1, 2)), zorder=0)


def _every(line: Line) -> int:
    return max(1, len(line) // 8)


def _whole_epochs(axes: Axes, key: str) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True, min_n_ticks=2))
    if key == "train_loss":
        axes.set_ylim(bottom=0)
