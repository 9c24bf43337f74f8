"""Figures of architectures: the modules of a model from the input down, with their outputs and parameters."""

from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from textstudy.report.drawing.style import GREY, INK, LIGHT, SMALL, Charts, canvas, label
from textstudy.report.language.types import Report
from textstudy.report.sections.models.architectures import Row, group_by_architecture, rows, steps

ROW, GAP = 0.235, 0.15  # inches: a line of text, and the space between two steps
PLAIN, FROZEN, QUIET = "#F4F6F8", "#DADADA", "#5A5A5A"
INDENT = 0.022  # of the width
COLUMNS = {"module": 0.015, "output": 0.6, "parameters": 0.985}  # of the width; the last is aligned right


def charts(report: Report) -> Charts:
    """Yield one figure for each group of models with one architecture."""
    for name, *_ in group_by_architecture(report):
        yield f"architecture_{name}", partial(architecture, name=name)


def architecture(report: Report, name: str) -> Figure:
    """Draw the modules of a model from the input down, with the shape of each output; frozen modules are grey."""
    blocks = [list(rows(step)) for step in steps(report, name)]
    height = 0.45 + sum(len(block) * ROW + GAP for block in blocks)
    figure, axes = canvas(height)
    axes.set_xlim(0, 1)
    axes.set_ylim(height, 0)
    axes.axis("off")
    for what, place in COLUMNS.items():
        axes.text(place, 0.14, what, color=GREY, fontsize=SMALL, ha="right" if what == "parameters" else "left")
    top = 0.3
    for place, block in enumerate(blocks):
        _block(axes, block, top)
        top += len(block) * ROW
        if place + 1 < len(blocks):
            axes.annotate("", (0.5, top + GAP), (0.5, top), arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 0.9,
                          "shrinkA": 0, "shrinkB": 0, "mutation_scale": 7})  # fmt: skip
        top += GAP
    return figure


def _block(axes: Axes, lines: list[Row], top: float) -> None:
    """Draw one step as a box with a line for each module inside it."""
    box = {"facecolor": FROZEN if lines[0].frozen else PLAIN, "edgecolor": INK, "linewidth": 0.9}
    axes.add_patch(Rectangle((0.002, top), 0.996, len(lines) * ROW, **box, zorder=1))
    for place, row in enumerate(lines):
        y = top + (place + 0.5) * ROW
        weight = {"fontweight": "bold"} if row.depth == 0 else {}
        look = {"va": "center", "fontsize": SMALL + (0.5 if row.depth == 0 else 0), "zorder": 3}
        start = COLUMNS["module"] + INDENT * row.depth
        text = axes.text(start, y, label(row.what, 52), **look, **weight)
        if row.name:
            axes.annotate(f"  {label(row.name, 30)}", (1, 0.5), xycoords=text, va="center", fontsize=SMALL,
                          color=QUIET, zorder=3)  # fmt: skip
        axes.text(COLUMNS["output"], y, row.output, **look)
        shown = f"{row.parameters}, frozen" if row.frozen and not place else row.parameters
        axes.text(COLUMNS["parameters"], y, shown, ha="right", **look)
        if place:
            left = 0.002 + INDENT * row.depth
            axes.plot([left, 0.998], [top + place * ROW] * 2, color=LIGHT, linewidth=0.5, zorder=2)
