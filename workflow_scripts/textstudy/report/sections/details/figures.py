"""The confusion matrix of one model with F1 beside it, and for all models where their F1 differs from that model's."""

import math
from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from textstudy.report.drawing.style import BLUE, INK, WIDTH, Charts, canvas, colour_bar, labels_apart, shade, titles
from textstudy.report.language.many_classes import has_many, most_changed, shown_confusions
from textstudy.report.language.numbers import points
from textstudy.report.language.ranks import mean_score, rank_by_validation
from textstudy.report.language.types import Report
from textstudy.report.sections.details.foreground import foreground

ROOM = 0.125  # inches that a row of the confusion matrix needs for its label and a number
BLANK = 0.5  # per cent of a class, under which a cell of the confusion matrix is blank
NUMBERED = 40  # classes up to which the cells of the figure of all models have numbers
APART = 0.3  # cells between a matrix and its column for all other classes
DARK = 55  # per cent of a class, above which the number in a cell is white


def charts(report: Report) -> Charts:
    """Yield the confusion matrix of the model in the foreground, and one figure of all models."""
    for name in foreground(report):
        yield f"confusion_{name}", partial(confusion_matrix, name=name)
    yield "class_differences", class_differences


def confusion_matrix(report: Report, name: str) -> Figure:
    """Draw the confusion matrix of a model, in per cent of each true class, with bars of F1 beside it."""
    model = report["models"][name]
    classes, cells = shown_confusions(report, name)
    labels, count = labels_apart(classes, 24), len(classes)
    others = has_many(report)
    left, below, above = 0.5 + 0.057 * (4 + max(map(len, labels))), 0.42, 0.06  # inches, as all that follows
    side = min(0.45 * count, max(3.3, ROOM * count), WIDTH - left - 1.0)
    height = below + side + above
    wide_side = side * (count + (1 + APART) * others) / count
    figure, (axes, bars) = canvas(height, 1, 2)
    figure.set_layout_engine("none")
    for part, start, width in (
        (axes, left, wide_side), (bars, left + wide_side + 0.12, min(1.6, WIDTH - left - wide_side - 0.4)),
    ):  # fmt: skip
        part.set_position((start / WIDTH, below / height, width / WIDTH, side / height))
    step = math.ceil(ROOM * count / side - 1e-9)  # one of so many classes has a label, where there is no room for all
    _draw_cells(axes, cells, count, others=others, numbers=step == 1, size=max(4.8, min(9.0, 72 * side / count * 0.36)))
    middles = [place + 0.5 for place in range(count)]
    wide = 1 if step == 1 else math.ceil(1.6 * ROOM * count / side)  # a number is wider than high
    places, numbers = middles[::wide], [str(place) for place in range(1, count + 1, wide)]
    axes.set_xticks(*((places + [count + 0.5 + APART], numbers + ["…"]) if others else (places, numbers)))
    numbered = [f"{shown}  {place}" for place, shown in enumerate(labels, start=1)]
    axes.set_yticks(middles[::step], numbered[::step])
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    scores = {row["label"]: row["f1"] for row in model["per_class"]}
    if scores:
        macro_f1 = mean_score(report, name, metric="macro_f1")
        _draw_bars(bars, [scores[each] for each in classes], macro_f1=macro_f1, step=step)
    else:
        bars.set_visible(False)
    return figure


def _draw_cells(
    axes: Axes,
    cells: Mapping[tuple[int, int], tuple[int, int]],
    count: int,
    *,
    others: bool,
    numbers: bool,
    size: float,
) -> None:
    """Draw the cells of a confusion matrix, with their per cent where there is room for `numbers` of this size.

    The column for all `others`, where the matrix has one, stands a little apart.
    """
    shares = {
        (predicted + APART * (predicted == count), true): 100 * documents / total
        for (true, predicted), (documents, total) in cells.items()
    }
    cells = {place: share for place, share in shares.items() if share >= BLANK}
    shade(axes, cells, 100, columns=count + (1 + APART) * others, rows=count, linewidth=0.4)
    for (predicted, true), share in cells.items() if numbers else ():
        axes.text(predicted + 0.5, true + 0.5, f"{share:.0f}", ha="center", va="center", fontsize=size,
                  color="white" if share > DARK else INK)  # fmt: skip


def _draw_bars(axes: Axes, scores: Sequence[float], *, macro_f1: float, step: int) -> None:
    """Draw F1 of each class beside its row of the matrix; every `step`-th bar has its number."""
    middles = [place + 0.5 for place in range(len(scores))]
    axes.barh(middles, scores, color=BLUE, height=0.68)
    for middle, f1 in list(zip(middles, scores, strict=True))[::step]:
        axes.annotate(f"{f1:.2f}", (f1, middle), xytext=(2, 0), textcoords="offset points", va="center",
                      fontsize=6.0, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4})  # fmt: skip
    _draw_mean(axes, macro_f1)
    axes.set_ylim(len(scores), 0)
    axes.set_xlim(0, 1.2)
    axes.set_yticks([])
    axes.set_xticks([0, 0.5, 1])
    axes.set_xlabel("F1")


def _draw_mean(axes: Axes, macro_f1: float) -> None:
    axes.axvline(macro_f1, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=0)


def class_differences(report: Report) -> Figure | None:
    """Draw F1 of each class: of the model in the foreground in per cent, of all others as the difference from it."""
    names = [name for name in [*foreground(report), *rank_by_validation(report)] if report["models"][name]["per_class"]]
    names = list(dict.fromkeys(names))
    if len(names) < 2:
        return None
    scores = {name: {row["label"]: 100 * row["f1"] for row in report["models"][name]["per_class"]} for name in names}
    first, *others = names
    classes = sorted(scores[first], key=lambda each: (scores[first][each], each))
    largest = {each: max(abs(scores[name][each] - scores[first][each]) for name in others) for each in classes}
    classes = most_changed(report, classes, largest)
    changes = {
        (column, row): scores[name][each] - scores[first][each]
        for column, name in enumerate(others) for row, each in enumerate(classes)
    }  # fmt: skip
    limit = max(5.0, *(abs(change) for change in changes.values()))
    row_height = 0.2 if len(classes) <= NUMBERED else ROOM
    figure, axes = canvas(1.5 + row_height * len(classes))
    colour = shade(
        axes, changes, limit, columns=len(others), rows=len(classes), linewidth=0.4, colours="RdBu", low=-limit
    )
    if len(classes) <= NUMBERED:
        for (column, row), change in changes.items():
            axes.text(column + 0.5, row + 0.5, points(change / 100, 0), ha="center", va="center", fontsize=6.5,
                      color="white" if abs(change) > 0.7 * limit else INK)  # fmt: skip
    shown = titles(report["models"], 28)
    axes.set_xticks([column + 0.5 for column in range(len(others))], [shown[name] for name in others], rotation=35,
                    ha="left", rotation_mode="anchor")  # fmt: skip
    axes.xaxis.tick_top()
    axes.set_yticks([row + 0.5 for row in range(len(classes))],
                    [f"{shown}  {scores[first][each]:.0f}"
                     for shown, each in zip(labels_apart(classes, 24), classes, strict=True)])  # fmt: skip
    colour_bar(axes, colour, "difference in F1 (points)", shrink=0.8, aspect=25)
    return figure
