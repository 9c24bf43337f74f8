"""Deletion curves: the probability of the answer as words are deleted, by attribution or at random."""

import math

from matplotlib.figure import Figure

from textstudy.report.drawing.style import BLUE, COLOURS, SMALL, Charts, blank, canvas, wrapped_titles
from textstudy.report.language.explanations import explained_models
from textstudy.report.language.types import Report

COLUMNS = 4
DASHED = (0, (3, 1.5))
CURVES = {
    "by_attribution": ("highest attribution first", {"color": BLUE, "linestyle": "solid", "marker": "o"}),
    "random": ("random words", {"color": COLOURS[1], "linestyle": DASHED, "marker": "s", "markerfacecolor": "white"}),
}


def charts(report: Report) -> Charts:
    """Yield the one figure of the explanations."""
    yield "deletion_curves", deletion_curves


def deletion_curves(report: Report) -> Figure | None:
    """Draw the mean probability of the answer by the share of words deleted: one panel a model, in both orders."""
    tested = {name: found["faithfulness"] for name, found in explained_models(report).items()}
    if not tested:
        return None
    columns = min(max(len(tested), 2), COLUMNS - (len(tested) % COLUMNS == 1))  # no panel alone in its row
    rows = math.ceil(len(tested) / columns)
    shown = wrapped_titles(report["models"], 27)
    figure, grid = canvas(0.75 + 1.5 * rows, rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, (name, found) in zip(grid.flat, tested.items(), strict=False):
        x = [100 * fraction for fraction in found["fractions"]]
        curves = {key: [100 * value for value in found[key]] for key in CURVES}
        axes.fill_between(x, curves["by_attribution"], curves["random"], color=BLUE, alpha=0.1, linewidth=0)
        for key, (_, look) in CURVES.items():
            axes.plot(x, curves[key], **look, markersize=2.8, linewidth=1.1)
        axes.set_title(shown[name], fontsize=SMALL, fontweight="normal", loc="left")
        axes.grid(axis="y")
    grid.flat[0].set_ylim(bottom=0)
    blank(grid, len(tested))
    figure.supxlabel("words deleted (%)", fontsize=8)
    figure.supylabel("mean probability\nof the answer (%)", fontsize=8)
    handles = [grid[0, 0].plot([], [], **look, markersize=3)[0] for _, look in CURVES.values()]
    figure.legend(handles, [title for title, _ in CURVES.values()], loc="outside upper left", ncols=2, frameon=False)
    return figure
