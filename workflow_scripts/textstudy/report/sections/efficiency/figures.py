"""Figures of the test accuracy against each cost: training time, latency, parameters, memory."""

from functools import partial

from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from textstudy.report.drawing.points import label_points
from textstudy.report.drawing.style import GREY, Charts, canvas, number_log_axis, series_styles, wrapped_titles
from textstudy.report.language.costs import cost_range, pareto_front
from textstudy.report.language.types import Report

COSTS = {
    "training_time": "training time of one run (s)",
    "latency": "median time to classify a document (ms)",
    "parameters": "parameters, frozen ones included",
    "memory": "peak memory of a training (MB)",
}


def charts(report: Report) -> Charts:
    """Yield a figure for each cost."""
    for cost in COSTS:
        yield f"accuracy_{cost}", partial(efficiency, cost=cost)


def efficiency(report: Report, cost: str) -> Figure | None:
    """Draw the test accuracy against a cost, on a logarithmic axis; None where fewer than two models have a cost.

    Lines through each mark are the ranges of both. A dashed line connects the models that no other beats on both.
    """
    front, points = pareto_front(report, cost)
    if len(points) < 2:
        return None
    shown, styles = wrapped_titles(report["models"], 26), series_styles(list(report["models"]))
    figure, axes = canvas(3.0 + 0.06 * len(points))
    axes.set_xscale("log")
    bars = []
    for name, (x, y) in points.items():
        test, look = report["models"][name]["test"]["accuracy"], styles[name]
        span = cost_range(report, name, cost)
        axes.plot([x, x], [100 * test["low"], 100 * test["high"]], color=look["color"], linewidth=1)
        axes.plot([span.low, span.high], [100 * y, 100 * y], color=look["color"], linewidth=1)
        bars.append(Bbox.from_extents(x, 100 * test["low"], x, 100 * test["high"]))
        bars.append(Bbox.from_extents(span.low, 100 * y, span.high, 100 * y))
        axes.plot([x], [100 * y], color=look["color"], marker=look["marker"], linestyle="none", markersize=5.5)
    line = [(points[name][0], 100 * points[name][1]) for name in front]
    axes.plot(*zip(*line, strict=True), color=GREY, linewidth=1, linestyle=(0, (3, 2)), zorder=0,
              drawstyle="steps-post")  # fmt: skip
    axes.margins(x=0.22, y=0.12)
    axes.grid(axis="y")
    number_log_axis(axes, _short)
    axes.set_xlabel(COSTS[cost])
    axes.set_ylabel("test accuracy (%)")
    label_points(axes, {shown[name]: (x, 100 * y) for name, (x, y) in points.items()}, bars)
    return figure


def _short(value: float) -> str:
    """Return a number for an axis, with the prefix of its unit: 2000000 → "2 M"."""
    for size, unit in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"
