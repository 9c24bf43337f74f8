"""The look of every figure: sizes in inches and points, colours safe for colour-blind readers, direct labels.

The colours are those of Okabe and Ito (2008), in an order in which neighbours differ in lightness too. Each series also
has its own marker and dash, so a print in grey is readable. Text becomes outlines: it looks the same in the page and in
the PDF, whatever fonts are installed, and a label of the corpus can never act as markup.
"""

import math
import textwrap
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from unicodedata import bidirectional

import matplotlib
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PolyCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from textstudy.report.language.escaping import identifier, plain

WIDTH = 6.7  # inches: the text width of the printed page, so fonts are printed in their size
SMALL = 7.0  # points: the smallest text, except in the cells of a large confusion matrix
BLUE, ORANGE, GREY, LIGHT, INK = "#0072B2", "#E69F00", "#8A8A8A", "#C9C9C9", "#222222"
COLOURS = (BLUE, "#D55E00", "#009E73", "#CC79A7", INK, "#56B4E9", ORANGE)
DASHES = ("solid", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (6, 1.5, 1, 1.5)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

# The figures of a module: the stem of each file, and the function that draws it, or returns None without data.
Charts = Iterator[tuple[str, Callable[[Mapping[str, Any]], Figure | None]]]

RIGHT_TO_LEFT, LEFT_TO_RIGHT = {"R", "AL", "AN"}, "\u200e"  # classes of letters, and a mark without width

SERIES = "--"  # stands on both sides of the name of a series in an identifier

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
    """Draw in the house style, whatever the user's own matplotlibrc sets."""
    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()
        pyplot.switch_backend("svg")
        matplotlib.rcParams.update(SETTINGS)
        # A character without a glyph is drawn as an empty box.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


def series(name: str, part: Any) -> str:
    """Return the identifier of a part of a series in a drawing; the page hides and shows all its parts together."""
    return f"{SERIES}{identifier(name)}{SERIES}{part}"


def canvas(
    height: float, rows: int = 1, columns: int = 1, *, width: float = WIDTH, **options: Any
) -> tuple[Figure, Any]:
    """Return a figure of `width` (that of the page) and `height` inches, with its axes."""
    return pyplot.subplots(rows, columns, figsize=(width, height), **options)


def blank(grid: Any, panels: int) -> None:
    """Hide the axes of a grid after its first `panels`, and number the axes above the hidden ones."""
    for axes in grid.flat[panels:]:
        axes.set_visible(False)
    for place in range(max(0, panels - grid.shape[1]), panels):
        grid.flat[place].tick_params(labelbottom=True)


def shade(
    axes: Axes, values: Mapping[tuple[int, int], float], top: float, *, columns: int, rows: int, linewidth: float,
    colours: str = "Blues", low: float = 0.0,
) -> ScalarMappable:  # fmt: skip
    """Draw a heat map, (column, row) → value, with row 0 on top; return its colours, from `low` to `top`."""
    colour = ScalarMappable(Normalize(low, top), colours)
    squares = [[(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)] for x, y in values]
    fills = [colour.to_rgba(value) for value in values.values()]
    axes.add_collection(PolyCollection(squares, facecolors=fills, edgecolors="white", linewidth=linewidth))
    axes.set_xlim(0, columns)
    axes.set_ylim(rows, 0)
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    return colour


def number_log_axis(axes: Axes, write: Callable[[float], str], multiples: Sequence[int] = (1, 2, 5)) -> None:
    """Number a logarithmic x-axis at these multiples of each power of ten; `write` returns a number as it is shown."""
    axes.xaxis.set_major_locator(LogLocator(subs=multiples))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
    axes.xaxis.set_minor_formatter(NullFormatter())


def colour_bar(axes: Axes, colour: ScalarMappable, label: str, *, shrink: float, aspect: float) -> None:
    """Draw the colour scale of a heat map beside it."""
    bar = axes.figure.colorbar(colour, ax=axes, shrink=shrink, aspect=aspect, pad=0.02)
    bar.set_label(label)
    bar.outline.set_visible(False)
    bar.solids.set_edgecolor("face")


def series_styles(names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return colour, dash and marker of each series."""
    return {
        name: {
            "color": COLOURS[place % len(COLOURS)],
            "linestyle": DASHES[place // len(COLOURS) % len(DASHES)],
            "marker": MARKERS[(place + place // len(COLOURS)) % len(MARKERS)],
        }
        for place, name in enumerate(sorted(names))
    }


def label(value: Any, limit: int = 40) -> str:
    """Return text of the corpus as one short line for a figure."""
    return plain(value, limit) or "(empty)"


def labels_apart(values: Sequence[Any], limit: int) -> list[str]:
    """Return texts of the corpus as short lines for a figure; those that are alike at their beginnings keep their ends.

    A label that is written from right to left ends in a mark, so that a number behind it stays behind it.
    """
    short = [label(value, limit) for value in values]
    same, half = Counter(short), limit // 2
    for place, value in enumerate(values):
        if same[short[place]] > 1:
            whole = plain(value)
            short[place] = f"{whole[:half]}…{whole[-half + 1 :]}" if len(whole) > limit else short[place]
    return [f"{LEFT_TO_RIGHT}{text}{LEFT_TO_RIGHT}" if RIGHT_TO_LEFT & set(map(bidirectional, text)) else text
            for text in short]  # fmt: skip


def titles(models: Mapping[str, Mapping[str, Any]], limit: int = 40) -> dict[str, str]:
    """Return the name of each model in a figure: its title, or its name in the study where two cut titles are equal."""
    shown = {name: label(model["title"], limit) for name, model in models.items()}
    same = Counter(shown.values())
    return {name: text if same[text] == 1 else label(name, limit) for name, text in shown.items()}


def wrapped_titles(models: Mapping[str, Mapping[str, Any]], width: int) -> dict[str, str]:
    """Return the name of each model in a figure, in two lines if it is longer than `width`."""
    return {name: textwrap.fill(shown, width) for name, shown in titles(models, 2 * width - 4).items()}


def spread(wanted: Sequence[float], gap: float, low: float = -math.inf, high: float = math.inf) -> list[float]:
    """Return positions near `wanted`, in the same order, at least `gap` apart and from `low` to `high` if they fit.

    Positions that are too close form a block, which is centred on the mean of the wanted positions.
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
    """Write the title of each series to the right of its end; `ends` is name → (title, x, y, colour)."""
    low, high = axes.get_ylim()
    size = 0.85 * axes.figure.get_figheight() * 72  # points, about
    right = max(x for _, x, _, _ in ends.values())
    start = axes.get_xlim()[0]
    heights = spread([y for _, _, y, _ in ends.values()], (SMALL + 2) / size * (high - low), low, high)
    for (name, (title, x, y, colour)), height in zip(ends.items(), heights, strict=True):
        note = axes.annotate(
            title, (x, y), xytext=(right + 0.07 * (right - start), height), textcoords="data", color=colour,
            fontsize=SMALL, va="center", annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.6, "linestyle": ":", "shrinkA": 0,
                        "shrinkB": 3},
        )  # fmt: skip
        note.set_gid(series(name, "title"))
        note.arrow_patch.set_gid(series(name, "leader"))
