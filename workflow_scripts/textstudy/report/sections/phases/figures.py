"""Validation curves with random and with pretrained word vectors, for each pair of models in a phase."""

import math
from functools import partial

from matplotlib.figure import Figure

from textstudy.report.drawing.curves import SHOWN, draw_seeds, marker_spacing, mean_curve, use_whole_epochs
from textstudy.report.drawing.style import BLUE, COLOURS, Charts, canvas, label
from textstudy.report.language.types import Phase, Report
from textstudy.report.sections.phases.word_vectors import PRETRAINED, RANDOM, word_vector_pairs

PAIRS_IN_ROW = 5
SOURCES = {
    RANDOM: {"color": COLOURS[1], "linestyle": (0, (3, 1.5)), "marker": "s", "markerfacecolor": "white"},
    PRETRAINED: {"color": BLUE, "linestyle": "solid", "marker": "o"},
}


def charts(report: Report) -> Charts:
    """Yield a figure for each phase; without such pairs it is not drawn."""
    for phase in report["phases"]:
        yield f"word_vectors_{phase['name']}", partial(word_vectors, phase=phase)


def word_vectors(report: Report, phase: Phase) -> Figure | None:
    """Return validation accuracy and loss with random and with pretrained word vectors: one column per pair."""
    pairs = [
        pair for pair in word_vector_pairs(report, phase)
        if all(report["models"][pair[source]]["history"] for source in SOURCES)
    ]  # fmt: skip
    if not pairs:
        return None
    columns = min(len(pairs), PAIRS_IN_ROW)
    blocks = math.ceil(len(pairs) / columns)
    figure, grid = canvas(0.55 + 2.6 * blocks, 2 * blocks, columns, sharex=True, squeeze=False)
    rows = {key: grid[place::2].flatten() for place, key in enumerate(SHOWN)}
    for key, (axis, scale) in SHOWN.items():
        for place, (axes, pair) in enumerate(zip(rows[key], pairs, strict=False)):
            axes.sharey(rows[key][0])
            for source, look in SOURCES.items():
                history = report["models"][pair[source]]["history"]
                draw_seeds(axes, history, key, scale, look["color"])
                line = mean_curve(history, key, scale)
                axes.plot(*zip(*line, strict=True), **look, markersize=3, markevery=marker_spacing(line))
            use_whole_epochs(axes, key)
            axes.tick_params(labelleft=place % columns == 0)
            if place % columns == 0:
                axes.set_ylabel(axis)
            if key == "validation_accuracy":
                axes.set_title(label(pair["title"], 22))
        for axes in rows[key][len(pairs) :]:
            axes.set_visible(False)
    figure.supxlabel("epoch", fontsize=8)
    handles = [grid[0, 0].plot([], [], **look, markersize=3)[0] for look in SOURCES.values()]
    names = ["random word vectors", "pretrained word vectors"]
    figure.legend(handles, names, loc="outside upper left", ncols=2, frameon=False)
    return figure
