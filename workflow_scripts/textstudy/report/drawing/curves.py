"""Learning curves, as several chapters draw them."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from textstudy.report.drawing.style import GREY, series
from textstudy.report.language.curves import head_epochs

SHOWN = {"validation_accuracy": ("validation\naccuracy (%)", 100.0), "validation_loss": ("validation loss", 1.0)}
Line = list[tuple[int, float]]


def mean_curve(history: Sequence[Mapping[str, Any]], key: str, scale: float = 1.0) -> Line:
    """Return (epoch, mean over the seeds that reached it)."""
    values: dict[int, list[float]] = {}
    for run in history:
        for epoch in run["epochs"]:
            if epoch.get(key) is not None:
                values.setdefault(epoch["epoch"], []).append(epoch[key])
    return [(epoch, scale * sum(values[epoch]) / len(values[epoch])) for epoch in sorted(values)]


def draw_seeds(
    axes: Axes, history: Sequence[Mapping[str, Any]], key: str, scale: float, colour: str, name: str = ""
) -> None:
    for run in history:
        points = [(epoch["epoch"], scale * epoch[key]) for epoch in run["epochs"] if epoch.get(key) is not None]
        if points:
            axes.plot(*zip(*points, strict=True), color=colour, linewidth=0.5, alpha=0.45,
                      gid=series(name, f"seed-{run['seed']}") if name else None)  # fmt: skip


def mark_second_parts(axes: Axes, history: Sequence[Mapping[str, Any]]) -> None:
    """Mark where a hybrid, whose head learned alone so far, goes on with everything."""
    for epochs in head_epochs(history):
        axes.axvline(epochs + 0.5, color=GREY, linewidth=0.7, linestyle=(0, (1, 2)), zorder=0)


def marker_spacing(line: Line) -> int:
    return max(1, len(line) // 8)


def use_whole_epochs(axes: Axes, key: str) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True, min_n_ticks=2))
    if key == "train_loss":
        axes.set_ylim(bottom=0)
