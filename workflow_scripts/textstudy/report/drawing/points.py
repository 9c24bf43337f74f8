"""Names beside the points of a scatter plot."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from textstudy.report.drawing.style import GREY, SMALL

POINT, BAR = 60, 20  # the price of covering a point or another name, and of covering a bar


def label_points(
    axes: Axes,
    points: Mapping[str, tuple[float, float]],
    bars: Sequence[Bbox],
    marks: Sequence[tuple[float, float, float]] = (),
) -> None:
    """Write a name near each point, where it covers least of the points, the `bars` (in data units) and other names.

    Args:
        marks: (x, y, half its width in pixels) of further points without a name, and of points with a large mark.
    """
    figure = axes.figure
    figure.draw_without_rendering()  # settles the layout, so that pixels are final
    figure.set_layout_engine("none")
    dots = {name: axes.transData.transform(point) for name, point in points.items()}
    taken = [(Bbox.from_extents(x - 5, y - 5, x + 5, y + 5), POINT) for x, y in dots.values()]
    for x, y, half in marks:
        centre = axes.transData.transform((x, y))
        taken.append((Bbox.from_extents(*(centre - half), *(centre + half)), POINT))
    taken += [(bar.transformed(axes.transData).padded(1.5), BAR) for bar in bars]
    inside = axes.get_window_extent()
    unit = figure.dpi / 72
    for name in sorted(points, key=lambda key: (-dots[key][1], dots[key][0])):
        note = axes.annotate(name, points[name], xytext=(0, 0), textcoords="offset points", fontsize=SMALL,
                             va="center", bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4})  # fmt: skip
        extent = note.get_window_extent()
        width, height = extent.width, extent.height
        best = min(
            _places(dots[name], width, height, unit),
            key=lambda place: _cost(place[2], taken, inside) + place[1],
        )
        (left, centre), distance, box = best
        note.set_position(((left - dots[name][0]) / unit, (centre - dots[name][1]) / unit))
        if distance > 1:
            edge = (min(max(dots[name][0], box.x0), box.x1), min(max(dots[name][1], box.y0), box.y1))
            line = {"arrowstyle": "-", "linewidth": 0.4, "color": GREY, "shrinkA": 0, "shrinkB": 3}
            axes.annotate("", points[name], xytext=edge, textcoords="figure pixels", arrowprops=line)
        taken.append((box, POINT))


def _places(dot: Sequence[float], width: float, height: float, unit: float) -> Iterator[tuple[Any, float, Bbox]]:
    """Yield the places for the name of a dot, in pixels: ((left, centre), cost of the distance, box)."""
    for ring, distance in enumerate((7, 12, 20, 30, 42, 56, 72)):
        for step in range(16):
            angle = math.pi * step / 8
            x = dot[0] + unit * distance * math.cos(angle) + (width / 2) * (math.cos(angle) - 1)
            y = dot[1] + unit * distance * math.sin(angle)
            box = Bbox.from_extents(x, y - height / 2, x + width, y + height / 2)
            yield (x, y), ring + 0.01 * min(step, 16 - step), box


def _cost(box: Bbox, taken: Sequence[tuple[Bbox, int]], inside: Bbox) -> float:
    """Return the cost of a box that covers others, each with its own price, or leaves the axes."""
    crossings = sum(price for other, price in taken if box.overlaps(other))
    outside = box.x0 < inside.x0 or box.x1 > inside.x1 or box.y0 < inside.y0 or box.y1 > inside.y1
    return crossings + 30 * outside
