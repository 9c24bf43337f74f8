"""The figure of the summary: the accuracy of each model."""

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from textstudy.report.drawing.style import BLUE, GREY, SMALL, Charts, canvas, titles
from textstudy.report.language.numbers import percent
from textstudy.report.language.ranks import rank_models


def charts(report: Mapping[str, Any]) -> Charts:
    """Yield the one figure of the summary."""
    yield "test_accuracy", test_accuracy


def test_accuracy(report: Mapping[str, Any]) -> Figure | None:
    """Test accuracy of each model with its interval; validation as a hollow mark beside it."""
    names = [name for name in rank_models(report) if report["models"][name]["test"].get("accuracy")]
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
