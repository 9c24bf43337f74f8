"""Figures of the models: test scores, confusions, F1 per class, efficiency."""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from textstudy.report.drawing.style import BLUE, INK, SMALL, WIDTH, Charts, canvas, label, shade

ROOM = 0.125  # inches that a row of the confusion matrix needs for its label and a number
BLANK = 0.5  # per cent of a class under which a cell of the confusion matrix is left blank


def charts(report: Mapping[str, Any]) -> Charts:
    """Yield the figures of each model."""
    for name in report["models"]:
        yield f"confusion_{name}", partial(confusion_matrix, name=name)
        yield f"f1_{name}", partial(class_f1, name=name)


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
