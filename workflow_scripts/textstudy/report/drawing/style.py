"""The look of every figure: sizes in inches and points, colours safe for colour-blind readers, direct labels.

Colours are those of Okabe and Ito (2008), ordered so that neighbours differ in lightness too; each series also has its
own marker and dash, so that a grey print stays readable. Text becomes outlines: it looks the same in a browser and in
the PDF, whatever fonts are there, and a label of the corpus can never act as markup.
"""

import io
import math
import re
import textwrap
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PolyCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from textstudy.report.language.escaping import identifier, plain
from textstudy.storage.files import atomic_path

WIDTH = 6.7  # inches: the text width of the printed page, so that point sizes hold in print
SMALL = 7.0  # points: the smallest text but for the cells of a large confusion matrix
BLUE, ORANGE, GREY, LIGHT, INK = "#0072B2", "#E69F00", "#8A8A8A", "#C9C9C9", "#222222"
COLOURS = (BLUE, "#D55E00", "#009E73", "#CC79A7", INK, "#56B4E9", ORANGE)
DASHES = ("solid", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (6, 1.5, 1, 1.5)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

# What a module of figures may draw: the stem of each file, and a function that finds that there is nothing to draw.
Charts = Iterator[tuple[str, Callable[[Mapping[str, Any]], Figure | None]]]

SERIES = "--"  # at both sides of the name of a series

SETTINGS = {
    "figure.constrained_layout.use": True, "figure.facecolor": "white", "savefig.facecolor": "white",
    "font.family": "DejaVu Sans", "font.size": 8, "axes.titlesize": 8, "axes.titleweight": "bold",
    "axes.labelsize": 8, "xtick.labelsize": SMALL, "ytick.labelsize": SMALL, "legend.fontsize": SMALL,
    "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True, "axes.edgecolor": GREY,
    "axes.labelcolor": INK, "text.color": INK, "xtick.color": INK, "ytick.color": INK,
    "axes.grid": False, "grid.color": "#DDDDDD", "grid.linewidth": 0.6, "lines.linewidth": 1.4,
    "axes.unicode_minus": True, "text.parse_math": False, "text.usetex": False,
    "svg.fonttype": "path", "svg.hashsalt": "textstudy",
}  # fmt: skip


@contextmanager
def house_style() -> Iterator[None]:
    """Draw within the house style, whatever the reader's own matplotlibrc says."""
    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()
        pyplot.switch_backend("svg")
        matplotlib.rcParams.update(SETTINGS)
        # A word in a script without a glyph is drawn as an empty box: the figure stands.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


def save(figure: Figure, path: Path) -> None:
    """Write `figure` as SVG with the same bytes for the same numbers, and close it."""
    drawing = io.StringIO()
    figure.savefig(drawing, format="svg", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
    with atomic_path(path) as temporary:
        temporary.write_text(_slim(_own_names(drawing.getvalue(), path.stem)), encoding="utf-8")


def _own_names(svg: str, stem: str) -> str:
    """Return the drawing with the names that it needs alone, each with the figure's before it.

    Several drawings may then stand in one page. A name that nothing refers to goes, but for those that `series` gave.
    """
    wanted = set(re.findall(r'(?:url\(|href=")#([^")]+)', svg))

    def renamed(found: re.Match[str]) -> str:
        name = found.group(1)
        return f' id="{stem}-{name}"' if name in wanted or SERIES in name else ""

    svg = re.sub(r' id="([^"]+)"', renamed, svg)
    return re.sub(r'(url\(|href=")#', rf"\1#{stem}-", svg)


def series(name: str, part: Any) -> str:
    """Return the name in a drawing of a part of a series, which a reader may hide with the others of the series."""
    return f"{SERIES}{identifier(name)}{SERIES}{part}"


def _slim(svg: str) -> str:
    """Return the same drawing in fewer bytes: no comments, metadata or indentation, coordinates to 1/100 point."""
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' (d|x|y)="[^"]*"', lambda found: _rounded(found.group()), svg)
    svg = re.sub(r"translate\([^)]*\)", lambda found: _rounded(found.group()), svg)
    return re.sub(r"\s*\n\s*", "\n", svg)


def _rounded(text: str) -> str:
    text = re.sub(r"-?\d+\.\d+", lambda number: f"{float(number.group()):.2f}".rstrip("0").rstrip("."), text)
    return " ".join(text.split()) if text[0] != " " else " " + " ".join(text.split())


def canvas(height: float, rows: int = 1, columns: int = 1, **options: Any) -> tuple[Figure, Any]:
    """Return a figure of the page's width and `height` inches, with its axes."""
    return pyplot.subplots(rows, columns, figsize=(WIDTH, height), **options)


def blank(grid: Any, panels: int) -> None:
    """Hide the axes of a grid beyond its first `panels`, and give the ones above them the numbers of the axis."""
    for axes in grid.flat[panels:]:
        axes.set_visible(False)
    for place in range(max(0, panels - grid.shape[1]), panels):
        grid.flat[place].tick_params(labelbottom=True)


def shade(
    axes: Axes, values: Mapping[tuple[int, int], float], top: float, *, columns: int, rows: int, linewidth: float
) -> ScalarMappable:
    """Draw a heat map, (column, row) → value, with row 0 on top; returns its colours, from white at 0 to `top`."""
    colour = ScalarMappable(Normalize(0, top), "Blues")
    squares = [[(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)] for x, y in values]
    fills = [colour.to_rgba(value) for value in values.values()]
    axes.add_collection(PolyCollection(squares, facecolors=fills, edgecolors="white", linewidth=linewidth))
    axes.set_xlim(0, columns)
    axes.set_ylim(rows, 0)
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    return colour


def colour_bar(axes: Axes, colour: ScalarMappable, label: str, *, shrink: float, aspect: float) -> None:
    """Draw the scale of a heat map beside it."""
    bar = axes.figure.colorbar(colour, ax=axes, shrink=shrink, aspect=aspect, pad=0.02)
    bar.set_label(label)
    bar.outline.set_visible(False)
    bar.solids.set_edgecolor("face")


def series_styles(names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return colour, dash and marker of each series: three ways to tell it from the others."""
    return {
        name: {
            "color": COLOURS[place % len(COLOURS)],
            "linestyle": DASHES[place // len(COLOURS) % len(DASHES)],
            "marker": MARKERS[(place + place // len(COLOURS)) % len(MARKERS)],
        }
        for place, name in enumerate(sorted(names))
    }


def label(value: Any, limit: int = 40) -> str:
    """Return corpus text as one short line, fit to be drawn."""
    return plain(value, limit) or "(empty)"


def titles(models: Mapping[str, Mapping[str, Any]], limit: int = 40) -> dict[str, str]:
    """Return the name to show for each model: its title, or the name that the study gives it where two look alike."""
    shown = {name: label(model.get("title") or name, limit) for name, model in models.items()}
    alike = Counter(shown.values())
    return {name: text if alike[text] == 1 else label(name, limit) for name, text in shown.items()}


def wrapped_titles(models: Mapping[str, Mapping[str, Any]], width: int) -> dict[str, str]:
    """Return the name to show for each model, over two lines where it is longer than `width`."""
    return {name: textwrap.fill(shown, width) for name, shown in titles(models, 2 * width - 4).items()}


def spread(wanted: Sequence[float], gap: float, low: float = -math.inf, high: float = math.inf) -> list[float]:
    """Return positions near `wanted`, in the same order, at least `gap` apart and from `low` to `high` if they fit.

    Neighbours that come too close form a block, which is centred on the mean of what its members wanted.
    """
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    blocks: list[list[int]] = []  # members from low to high

    def bottom(block: list[int]) -> float:
        height = gap * (len(block) - 1)
        centred = sum(wanted[member] for member in block) / len(block) - height / 2
        return max(low, min(centred, high - height))

    for place in order:
        blocks.append([place])
        while len(blocks) > 1 and bottom(blocks[-2]) + gap * len(blocks[-2]) > bottom(blocks[-1]) + 1e-12:
            upper = blocks.pop()
            blocks[-1] = blocks[-1] + upper
    positions = [0.0] * len(wanted)
    for block in blocks:
        for step, member in enumerate(block):
            positions[member] = bottom(block) + gap * step
    return positions


def label_ends(axes: Axes, ends: Mapping[str, tuple[str, float, float, str]]) -> None:
    """Write the title of each series right of its end; `ends` gives title, x, y and colour by name."""
    low, high = axes.get_ylim()
    size = 0.85 * axes.figure.get_figheight() * 72  # points, about
    right = max(x for _, x, _, _ in ends.values())
    start = axes.get_xlim()[0]
    heights = spread([y for _, _, y, _ in ends.values()], (SMALL + 2) / size * (high - low), low, high)
    for (name, (title, x, y, colour)), height in zip(ends.items(), heights, strict=True):
        note = axes.annotate(
            title, (x, y), xytext=(right + 0.07 * (right - start), height), textcoords="data", color=colour,
            fontsize=SMALL, va="center", annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 3},
        )  # fmt: skip
        note.set_gid(series(name, "title"))
        note.arrow_patch.set_gid(series(name, "leader"))


def label_points(axes: Axes, points: Mapping[str, tuple[float, float]], bars: Sequence[Bbox]) -> None:
    """Write a name near each point, where it covers least of the points, the `bars` (in data units) and other names."""
    figure = axes.figure
    figure.draw_without_rendering()  # settles the layout, so that pixels are final
    figure.set_layout_engine("none")
    dots = {name: axes.transData.transform(point) for name, point in points.items()}
    taken = [Bbox.from_extents(x - 5, y - 5, x + 5, y + 5) for x, y in dots.values()]
    taken += [bar.transformed(axes.transData).padded(1.5) for bar in bars]
    inside = axes.get_window_extent()
    unit = figure.dpi / 72
    for name in sorted(points, key=lambda key: (-dots[key][1], dots[key][0])):
        note = axes.annotate(name, points[name], xytext=(0, 0), textcoords="offset points", fontsize=SMALL,
                             va="center", bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4})  # fmt: skip
        extent = note.get_window_extent()
        width, height = extent.width, extent.height
        best = min(
            _places(dots[name], width, height, unit),
            key=lambda place: _price(place[2], taken, inside) + place[1],
        )
        (left, centre), distance, box = best
        note.set_position(((left - dots[name][0]) / unit, (centre - dots[name][1]) / unit))
        if distance > 1:
            edge = (min(max(dots[name][0], box.x0), box.x1), min(max(dots[name][1], box.y0), box.y1))
            line = {"arrowstyle": "-", "linewidth": 0.4, "color": GREY, "shrinkA": 0, "shrinkB": 3}
            axes.annotate("", points[name], xytext=edge, textcoords="figure pixels", arrowprops=line)
        taken.append(box)


def _places(dot: Sequence[float], width: float, height: float, unit: float) -> Iterator[tuple[Any, float, Bbox]]:
    """Yield ((left, centre), price of the distance, box) of each place where the name of a dot may stand, in pixels."""
    for ring, distance in enumerate((7, 12, 20, 30, 42, 56, 72)):
        for step in range(16):
            angle = math.pi * step / 8
            x = dot[0] + unit * distance * math.cos(angle) + (width / 2) * (math.cos(angle) - 1)
            y = dot[1] + unit * distance * math.sin(angle)
            box = Bbox.from_extents(x, y - height / 2, x + width, y + height / 2)
            yield (x, y), ring + 0.01 * min(step, 16 - step), box


def _price(box: Bbox, taken: Sequence[Bbox], inside: Bbox) -> float:
    """Return what it costs to cover what is taken or to leave the axes."""
    crossings = sum(box.overlaps(other) for other in taken)
    outside = box.x0 < inside.x0 or box.x1 > inside.x1 or box.y0 < inside.y0 or box.y1 > inside.y1
    return 20 * crossings + 30 * outside
