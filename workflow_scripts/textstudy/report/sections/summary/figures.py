"""The figure of the summary: the accuracy of each model."""

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from textstudy.report.drawing.style import BLUE, GREY, SMALL, Charts, canvas, titles
from textstudy.report.language.numbers import percent
from textstudy.report.language.ranks import models_with_test_score, score
from textstudy.report.language.types import Report


def charts(report: Report) -> Charts:
    """Yield the one figure of the summary."""
    yield "test_accuracy", test_accuracy


def test_accuracy(report: Report) -> Figure | None:
    """Return the test accuracy of each model with its interval; the validation accuracy as a hollow mark beside it."""
    names = models_with_test_score(report)
    if not names:
        return None
    shown = titles(report["models"])
    figure, axes = canvas(0.9 + min(0.3, max(0.2, 2.4 / len(names))) * len(names))
    for place, name in enumerate(names):
        test, validation = (score(report, name, split=split, metric="accuracy") for split in ("test", "validation"))
        if validation and not report["models"][name]["refits"]:  # the mark of the model that it refits shows it already
            _draw_interval(axes, validation, place + 0.2, color=GREY, marker="o", markerfacecolor="white")
        _draw_interval(axes, test, place - 0.08, color=BLUE, marker="o")
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


def _draw_interval(axes: Any, estimate: Mapping[str, Any], place: float, **look: Any) -> None:
    axes.plot([100 * estimate["low"], 100 * estimate["high"]], [place, place], color=look["color"], linewidth=1.4)
    axes.plot([100 * estimate["mean"]], [place], markersize=4.5, linestyle="none", **look)
