"""Learning curves over training size: the sizes measured, the law, and what it says of more documents."""

import math
from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from textstudy.report.drawing.style import BLUE, SMALL, Charts, blank, canvas, number_log_axis, wrapped_titles
from textstudy.report.language.numbers import count
from textstudy.report.language.ranks import rank_models
from textstudy.report.language.types import Report

COLUMNS = 3


def charts(report: Report) -> Charts:
    """Yield the figure of all learning curves."""
    yield "growth", growth


def growth(report: Report) -> Figure | None:
    """Return one panel per model on common axes."""
    names = [name for name in rank_models(report) if name in report["growth"]]
    if not names:
        return None
    columns = min(COLUMNS, len(names))
    rows = math.ceil(len(names) / columns)
    figure, grid = canvas(0.5 + 2.2 * rows, rows, columns, sharex=True, sharey=True, squeeze=False)
    shown = wrapped_titles(report["models"], 34)
    for axes, name in zip(grid.flat, names, strict=False):
        _draw(axes, report["growth"][name])
        axes.set_title(shown[name], fontsize=SMALL, fontweight="normal", loc="left")
    blank(grid, len(names))
    figure.supxlabel("training documents", fontsize=8)
    figure.supylabel("test accuracy (%)", fontsize=8)
    return figure


def _draw(axes: Axes, curve: Mapping[str, Any]) -> None:
    sizes, law = curve["sizes"], curve["curve"]
    all_documents = sizes[-1]["documents"]
    axes.set_xscale("log")
    axes.grid(axis="y")
    reach = [[100 * (size["accuracy"] - size["low"]) for size in sizes],
             [100 * (size["high"] - size["accuracy"]) for size in sizes]]  # fmt: skip
    axes.errorbar([size["documents"] for size in sizes], [100 * size["accuracy"] for size in sizes], yerr=reach,
                  fmt="o", color=BLUE, markersize=4, linewidth=1)  # fmt: skip
    for beyond, look in ((False, {"linestyle": "solid"}), (True, {"linestyle": (0, (3, 2))})):
        part = [point for point in law if (point["documents"] >= 0.999 * all_documents) == beyond]
        if not part:
            continue
        x = [point["documents"] for point in part]
        axes.plot(x, [100 * point["accuracy"] for point in part], color=BLUE, linewidth=1.2, **look)
        if beyond:
            axes.fill_between(x, [100 * point["low"] for point in part], [100 * point["high"] for point in part],
                              color=BLUE, alpha=0.18, linewidth=0)  # fmt: skip
    number_log_axis(axes, count, (1, 3))
