"""Deletion curves: the probability of the answer as words are deleted in the order of an explanation or others."""

import math

from matplotlib.figure import Figure

from textstudy.report.drawing.style import BLUE, COLOURS, GREY, SMALL, Charts, blank, canvas, wrapped_titles
from textstudy.report.language.explanations import deletions, explained_models
from textstudy.report.language.types import Report

COLUMNS = 3
OWN = "words of the explanation", {"color": BLUE, "linestyle": "solid", "marker": "o", "linewidth": 1.6}
OTHER = {"linewidth": 1.1, "markerfacecolor": "white"}
OTHERS = {
    "model": ("another model's words", {**OTHER, "color": COLOURS[1], "linestyle": (0, (5, 1.5)), "marker": "^"}),
    "idf": ("rare words", {**OTHER, "color": COLOURS[2], "linestyle": (0, (1.2, 1.2)), "marker": "D"}),
    "random": ("random words", {**OTHER, "color": GREY, "linestyle": (0, (6, 1.5, 1, 1.5)), "marker": "s"}),
}


def charts(report: Report) -> Charts:
    """Yield the one figure of the explanations."""
    yield "deletion_curves", deletion_curves


def deletion_curves(report: Report) -> Figure | None:
    """Draw the mean probability of the answer by the share of words deleted: one panel a model, a curve an order."""
    tested = {name: found["faithfulness"] for name, found in explained_models(report).items()}
    if not tested:
        return None
    columns = min(max(len(tested), 2), COLUMNS - (len(tested) % COLUMNS == 1))  # no panel alone in its row
    rows = math.ceil(len(tested) / columns)
    shown = wrapped_titles(report["models"], 36)
    figure, grid = canvas(0.75 + 1.75 * rows, rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, (name, found) in zip(grid.flat, tested.items(), strict=False):
        x = [100 * fraction for fraction in found["fractions"]]
        curves = [(OWN[1], found["curve"])]
        curves += [(OTHERS[order][1], row["curve"]) for order, row in deletions(found).items() if row["curve"]]
        for look, curve in curves:
            axes.plot(x, [100 * value for value in curve], **look, markersize=3)
        axes.set_title(shown[name], fontsize=SMALL, fontweight="normal", loc="left")
        axes.grid(axis="y")
    grid.flat[0].set_ylim(bottom=0)
    blank(grid, len(tested))
    figure.supxlabel("words deleted (%)", fontsize=8)
    figure.supylabel("mean probability\nof the answer (%)", fontsize=8)
    names, looks = zip(OWN, *OTHERS.values(), strict=True)
    handles = [grid[0, 0].plot([], [], **look, markersize=3)[0] for look in looks]
    figure.legend(handles, names, loc="outside upper left", ncols=4, frameon=False)
    return figure
