"""The figure of the decision: accuracy against the time to classify a document, the recommended model marked."""

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from textstudy.report.drawing.points import label_points
from textstudy.report.drawing.style import BLUE, GREY, ORANGE, Charts, canvas, number_log_axis, wrapped_titles
from textstudy.report.language.costs import latency, pareto_front
from textstudy.report.language.types import Report

NARROW = 4.5  # inches: it stands beside the text
NAMED = 7  # models that all have their names beside their points; of more, only some do


def charts(report: Report) -> Charts:
    """Yield the one figure of the decision."""
    yield "decision", accuracy_by_cost


def accuracy_by_cost(report: Report) -> Figure | None:
    """Return the test accuracy of each model, with its interval, against its time for one document."""
    front, points = pareto_front(report, "latency")
    points = {name: point for name, point in points.items() if not report["models"][name]["refits"]}
    if not points:
        return None
    decision = report["decision"] or {"recommended": None, "candidates": []}
    figure, axes = canvas(2.8, width=NARROW)
    axes.set_xscale("log")
    bars, marks = [], []
    for name, (x, y) in points.items():
        test = report["models"][name]["test"]["accuracy"]
        low, high = 100 * test["low"], 100 * test["high"]
        chosen, candidate = name == decision["recommended"], name in decision["candidates"]
        colour = ORANGE if chosen else BLUE if candidate else GREY
        axes.plot([x, x], [low, high], color=colour, linewidth=2.2 if chosen else 1, zorder=3 if chosen else 2)
        axes.plot([x], [100 * y], color=colour, marker="*" if chosen else "o", markersize=13 if chosen else 5,
                  markeredgecolor="#7A4B00" if chosen else colour, markeredgewidth=0.7, linestyle="none",
                  markerfacecolor=colour if chosen or candidate else "white", zorder=4 if chosen else 3)  # fmt: skip
        bars.append(Bbox.from_extents(x, low, x, high))
        marks.append((x, 100 * y, 11 if chosen else 5))
    axes.grid(axis="y")
    axes.set_xlabel("time to classify one document (ms)")
    axes.set_ylabel("test accuracy (%), 95 % interval")
    _scale(axes, [x for x, _ in points.values()])
    named = _named(report, list(points), front)
    shown = wrapped_titles(report["models"], 24)
    label_points(axes, {shown[name]: (points[name][0], 100 * points[name][1]) for name in named}, bars, marks)
    return figure


def _scale(axes: Axes, costs: list[float]) -> None:
    """Give the costs an axis of plain numbers with room for names on both sides; it spans at least a factor of four."""
    low, high = math.log10(min(costs)), math.log10(max(costs))
    room = max(0.35 * (high - low), (math.log10(4) - (high - low)) / 2, 0.15)
    axes.set_xlim(10 ** (low - room), 10 ** (high + room))
    axes.margins(y=0.1)
    wide = high - low + 2 * room > 1.6
    number_log_axis(axes, "{:g}".format, (1,) if wide and high - low > 3 else (1, 2, 5))


def _named(report: Report, names: list[str], front: list[str]) -> list[str]:
    """Return the models whose names stand in the figure: all; of many, those of which the decision speaks."""
    if len(names) <= NAMED or not report["decision"]:
        return names
    decision = report["decision"]
    told = [
        item["evidence"].get(key)
        for item in decision["alternatives"] + decision["certainty"]
        for key in ("model", "rival")
    ]
    slowest = max(names, key=lambda name: latency(report, name))
    wanted = [decision["recommended"], decision["best"], *told, slowest, *front[:1], *front[-1:]]
    return [name for name in dict.fromkeys(wanted) if name in names]
