"""The best validation accuracy to expect of a number of trials."""

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from textstudy.report.drawing.style import Charts, canvas, label_ends, series, series_styles, titles
from textstudy.report.language.types import Report


def charts(report: Report) -> Charts:
    """Yield the figure of the budgets."""
    yield "tuning", tuning


def tuning(report: Report) -> Figure | None:
    """Return one line for each model whose trials are known; the candidates of a phase share the line of its winner."""
    losers = {row["model"] for phase in report["phases"] for row in phase["ranking"]} - {
        phase["winner"] for phase in report["phases"]
    }
    curves = {
        name: budget["curve"] for name, budget in report["tuning"].items() if budget["curve"] and name not in losers
    }
    if not curves:
        return None
    shown, styles = titles(report["models"], 30), series_styles(list(report["models"]))
    figure, axes = canvas(max(2.6, 1.2 + 0.19 * len(curves)))
    ends = {}
    for name, curve in curves.items():
        look = styles[name]
        x, y = [point["trials"] for point in curve], [100 * point["mean"] for point in curve]
        axes.plot(x, y, **look, markersize=3.5, gid=series(name, "mean"))
        band = [(point["trials"], 100 * point["low"], 100 * point["high"])
                for point in curve if point["low"] is not None]  # fmt: skip
        axes.fill_between(*zip(*band, strict=True), color=look["color"], alpha=0.12, linewidth=0,
                          gid=series(name, "interval"))  # fmt: skip
        ends[name] = (shown[name], x[-1], y[-1], look["color"])
    axes.set_xlabel("trials")
    axes.set_ylabel("expected best validation accuracy (%)")
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=2))
    axes.grid(axis="y")
    label_ends(axes, ends)
    return figure
