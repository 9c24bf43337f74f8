"""Figures of the models: test scores, confusions, F1 per class, efficiency."""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from matplotlib.transforms import Bbox

from textstudy.report.formats import percent
from textstudy.report.prices import pareto_front
from textstudy.report.reading import ranked
from textstudy.report.style import (
    BLUE,
    GREY,
    INK,
    SMALL,
    WIDTH,
    Charts,
    canvas,
    label,
    label_points,
    series_styles,
    shade,
    titles,
    wrapped_titles,
)

ROOM = 0.125  # inches that a row of the confusion matrix needs for its label and a number
BLANK = 0.5  # per cent of a class under which a cell of the confusion matrix is left blank


def charts(report: Mapping[str, Any]) -> Charts:
    """Yield the figures of all models together, then those of each."""
    yield "test_accuracy", test_accuracy
    for name in report["models"]:
        yield f"confusion_{name}", partial(confusion_matrix, name=name)
        yield f"f1_{name}", partial(class_f1, name=name)
    for cost in COSTS:
        yield f"accuracy_{cost}", partial(efficiency, cost=cost)


def test_accuracy(report: Mapping[str, Any]) -> Figure | None:
    """Test accuracy of each model with its interval; validation as a hollow mark beside it."""
    names = [name for name in ranked(report) if report["models"][name]["test"].get("accuracy")]
    if not names:
        return None
    shown = titles(report["models"])
    figure, axes = canvas(0.9 + min(0.3, max(0.2, 2.4 / len(names))) * len(names))
    for place, name in enumerate(names):
        test = report["models"][name]["test"]["accuracy"]
        validation = (report["models"][name].get("validation") or {}).get("accuracy")
        if validation and not report["models"][name].get("refits"):  # its base's mark shows it already
            _interval(axes, validation, place + 0.2, color=GREY, marker="o", markerfacecolor="white")
        _interval(axes, test, place - 0.08, color=BLUE, marker="o")
        axes.annotate(percent(test["mean"]), (1.01, place), xycoords=("axes fraction", "data"), va="center",
                      fontsize=SMALL, color=BLUE)  # fmt: skip
    axes.plot([], [], color=BLUE, marker="o", markersize=4, label="test")
    axes.plot([], [], color=GREY, marker="o", markersize=4, markerfacecolor="white", label="validation")
    axes.set_yticks(range(len(names)), [shown[name] for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(axis="x")
    axes.set_xlabel("accuracy (%), with 95 % bootstrap intervals")
    figure.legend(loc="outside upper left", ncols=2, frameon=False)
    return figure


def _interval(axes: Any, estimate: Mapping[str, Any], place: float, **look: Any) -> None:
    if estimate.get("low") is not None and estimate.get("high") is not None:
        axes.plot([100 * estimate["low"], 100 * estimate["high"]], [place, place], color=look["color"], linewidth=1.4)
    axes.plot([100 * estimate["mean"]], [place], markersize=4.5, linestyle="none", **look)


def confusion_matrix(report: Mapping[str, Any], name: str) -> Figure | None:
    """The confusion matrix of a model, each cell the per cent of its row's class, with bars of F1 beside it."""
    model = report["models"][name]
    matrix, labels = model.get("confusion"), [label(each, 24) for each in report["corpus"]["labels"]]
    if not matrix:
        return None
    shares = [[100 * cell / max(sum(row), 1) for cell in row] for row in matrix]
    count = len(labels)
    left, under, over = 0.5 + 0.057 * (4 + max(map(len, labels))), 0.42, 0.06  # inches, as all that follows
    side = min(0.45 * count, max(3.3, ROOM * count), WIDTH - left - 1.0)
    square = side / count
    every = math.ceil(ROOM / square - 1e-9)  # of so many classes one has a label, where not all have room
    height = under + side + over
    figure, (axes, bars) = canvas(height, 1, 2)
    figure.set_layout_engine("none")
    for part, start, width in ((axes, left, side), (bars, left + side + 0.12, min(1.6, WIDTH - left - side - 0.4))):
        part.set_position((start / WIDTH, under / height, width / WIDTH, side / height))
    cells = {
        (guess, true): share for true, row in enumerate(shares) for guess, share in enumerate(row) if share >= BLANK
    }
    shade(axes, cells, 100, columns=count, rows=count, linewidth=0.4)
    size = max(4.8, min(9.0, 72 * square * 0.36))
    for (guess, true), share in cells.items() if every == 1 else ():
        axes.text(guess + 0.5, true + 0.5, f"{share:.0f}", ha="center", va="center", fontsize=size,
                  color="white" if share > 55 else INK)  # fmt: skip
    middles = [place + 0.5 for place in range(count)]
    wide = 1 if every == 1 else math.ceil(1.6 * ROOM / square)  # a number is wider than high
    axes.set_xticks(middles[::wide], range(1, count + 1, wide))
    numbered = [f"{shown}  {place}" for place, shown in enumerate(labels, start=1)]
    axes.set_yticks(middles[::every], numbered[::every])
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    _bars_of_f1(bars, model, report["corpus"]["labels"], every)
    return figure


def _bars_of_f1(axes: Axes, model: Mapping[str, Any], labels: Sequence[str], every: int) -> None:
    """Draw F1 of each class in the rows of the matrix beside it, of `every` so many one with its number."""
    scores = {row["label"]: row["f1"] for row in model.get("per_class") or []}
    if not scores:
        axes.set_visible(False)
        return
    places = {place + 0.5: scores[each] for place, each in enumerate(labels) if each in scores}
    axes.barh(list(places), list(places.values()), color=BLUE, height=0.68)
    for place, score in list(places.items())[::every]:
        axes.annotate(f"{score:.2f}", (score, place), xytext=(2, 0), textcoords="offset points", va="center",
                      fontsize=6.0, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4})  # fmt: skip
    _macro_line(axes, model)
    axes.set_ylim(len(labels), 0)
    axes.set_xlim(0, 1.2)
    axes.set_yticks([])
    axes.set_xticks([0, 0.5, 1])
    axes.set_xlabel("F1")


def _macro_line(axes: Axes, model: Mapping[str, Any]) -> float | None:
    """Draw and return the macro F1 of the tables; None where it is not known."""
    mean = (model["test"].get("macro_f1") or {}).get("mean")
    if mean is not None:
        axes.axvline(mean, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=0)
    return mean


def class_f1(report: Mapping[str, Any], name: str) -> Figure | None:
    """F1 of each class, best first, with the macro mean as a line."""
    rows = sorted(report["models"][name].get("per_class") or [], key=lambda row: -row["f1"])
    if not rows:
        return None
    figure, axes = canvas(0.9 + 0.19 * len(rows))
    axes.barh(range(len(rows)), [row["f1"] for row in rows], color=BLUE, height=0.72)
    for place, row in enumerate(rows):
        axes.annotate(f"{row['f1']:.2f}", (row["f1"], place), xytext=(3, 0), textcoords="offset points", va="center",
                      fontsize=SMALL, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8})  # fmt: skip
    mean = _macro_line(axes, report["models"][name])
    if mean is not None:
        axes.annotate(f"mean {mean:.2f}", (mean, 1), xycoords=("data", "axes fraction"), xytext=(0, 2),
                      textcoords="offset points", ha="center", va="bottom", fontsize=SMALL)  # fmt: skip
    axes.set_yticks(range(len(rows)), [label(row["label"], 24) for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, 1.06)
    axes.set_xlabel("F1 on test")
    return figure


def efficiency(report: Mapping[str, Any], cost: str) -> Figure | None:
    """Test accuracy against a cost on a logarithmic axis; the models that no other beats on both are joined."""
    front, points = pareto_front(report, cost)
    if len(points) < 2:
        return None
    shown, styles = wrapped_titles(report["models"], 26), series_styles(list(report["models"]))
    figure, axes = canvas(3.0 + 0.06 * len(points))
    axes.set_xscale("log")
    bars = []
    for name, (x, y) in points.items():
        test, look = report["models"][name]["test"]["accuracy"], styles[name]
        if test.get("low") is not None and test.get("high") is not None:
            axes.plot([x, x], [100 * test["low"], 100 * test["high"]], color=look["color"], linewidth=1)
            bars.append(Bbox.from_extents(x, 100 * test["low"], x, 100 * test["high"]))
        axes.plot([x], [100 * y], color=look["color"], marker=look["marker"], linestyle="none", markersize=5.5)
    line = [(points[name][0], 100 * points[name][1]) for name in front]
    axes.plot(*zip(*line, strict=True), color=GREY, linewidth=1, linestyle=(0, (3, 2)), zorder=0,
              drawstyle="steps-post")  # fmt: skip
    axes.margins(x=0.22, y=0.12)
    axes.grid(axis="y")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _short(value)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(COSTS[cost])
    axes.set_ylabel("test accuracy (%)")
    label_points(axes, {shown[name]: (x, 100 * y) for name, (x, y) in points.items()}, bars)
    return figure


COSTS = {
    "training_time": "training time of one run (s)",
    "latency": "median latency of one document (ms)",
    "parameters": "parameters, frozen ones included",
    "memory": "peak memory of a training (MB)",
}


def _short(value: float) -> str:
    for size, unit in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"
