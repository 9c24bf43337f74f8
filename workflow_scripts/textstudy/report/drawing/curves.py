"""Learning curves: shared by several chapters."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from textstudy.report.drawing.style import GREY, series
from textstudy.report.language.curves import head_epochs

SHOWN = {"validation_accuracy": ("validation\naccuracy (%)", 100.0), "validation_loss": ("validation loss", 1.0)}
Line = list[tuple[int, float]]


def mean_curve(history: Sequence[Mapping[str, Any]], key: str, scale: float = 1.0) -> Line:
    """Return the (epoch, mean over the seeds that reached it) of a value of the history."""
    values: dict[int, list[float]] = {}
    for run in history:
        for epoch in run["epochs"]:
            values.setdefault(epoch["epoch"], []).append(epoch[key])
    return [(epoch, scale * sum(values[epoch]) / len(values[epoch])) for epoch in sorted(values)]


def draw_seeds(
    axes: Axes, history: Sequence[Mapping[str, Any]], key: str, scale: float, colour: str, name: str = ""
) -> None:
    """Draw a thin line for each seed; with a `name`, the page can hide them with the rest of that series."""
    for run in history:
        points = [(epoch["epoch"], scale * epoch[key]) for epoch in run["epochs"]]
        axes.plot(*zip(*points, strict=True), color=colour, linewidth=0.5, alpha=0.45,
                  gid=series(name, f"seed-{run['seed']}") if name else None)  # fmt: skip


def mark_second_parts(axes: Axes, history: Sequence[Mapping[str, Any]]) -> None:
    """Mark where a hybrid training ends with the head alone and goes on with the encoder."""
    for epochs in head_epochs(history):
        axes.axvline(epochs + 0.5, color=GREY, linewidth=0.7, linestyle=(0, (1, 2)), zorder=0)


def marker_spacing(line: Line) -> int:
    """Return the number of points from one marker to the next, for about eight markers on a line."""
    return max(1, len(line) // 8)


def use_whole_epochs(axes: Axes, key: str) -> None:
    """Number the axis with whole epochs; a training loss is drawn from zero on."""
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True, min_n_ticks=2))
    if key == "train_loss":
        axes.set_ylim(bottom=0)
