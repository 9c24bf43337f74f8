"""Diagrams of the background pages: a recurrent network unrolled, its cells, attention, a Transformer layer."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

from textstudy.report.drawing.style import BLUE, GREY, INK, SMALL, WIDTH, Charts, canvas
from textstudy.report.language.types import Report
from textstudy.report.sections.background.topics import topics

FILL, TINT = "#F4F6F8", "#D6E6F2"
TEXT = SMALL + 1


def charts(report: Report) -> Charts:
    """Yield the diagrams, in the order of the background pages."""
    for chart in (recurrence, lstm_cell, attention, transformer_layer):
        yield f"diagram_{chart.__name__}", chart


def _drawing(height: float, width: float = WIDTH) -> tuple[Figure, Axes]:
    """Return a figure and its axes, in inches, with the origin at the lower left."""
    figure, axes = canvas(height)
    axes.set_xlim((width - WIDTH) / 2, (width + WIDTH) / 2)
    axes.set_ylim(0, height)
    axes.set_aspect("equal")
    axes.axis("off")
    return figure, axes


def _box(axes: Axes, x: float, y: float, text: str, width: float = 0.8, height: float = 0.34, fill: str = FILL) -> None:
    shape = FancyBboxPatch((x - width / 2, y - height / 2), width, height, boxstyle="round,pad=0,rounding_size=0.06",
                           facecolor=fill, edgecolor=INK, linewidth=0.9)  # fmt: skip
    axes.add_patch(shape)
    axes.text(x, y, text, ha="center", va="center", fontsize=TEXT)


def _dot(axes: Axes, x: float, y: float, sign: str) -> None:
    axes.add_patch(Circle((x, y), 0.11, facecolor="white", edgecolor=INK, linewidth=0.9))
    axes.text(x, y - 0.008, sign, ha="center", va="center", fontsize=TEXT)


def _arrow(axes: Axes, *points: tuple[float, float], colour: str = INK, dashed: bool = False) -> None:
    """Draw a line through the points that ends in an arrow."""
    style = (0, (3, 2)) if dashed else "solid"
    for start, end in zip(points[:-2], points[1:-1], strict=True):
        axes.plot(*zip(start, end, strict=True), color=colour, linewidth=0.9, linestyle=style, solid_capstyle="round")
    look = {"arrowstyle": "-|>", "color": colour, "linewidth": 0.9, "linestyle": style, "shrinkA": 0, "shrinkB": 0,
            "mutation_scale": 7}  # fmt: skip
    axes.annotate("", points[-1], points[-2], arrowprops=look)


def recurrence(report: Report) -> Figure | None:
    """Draw a recurrent network, unrolled over four steps: states go forward, gradients go back."""
    if "recurrent" not in topics(report):
        return None
    figure, axes = _drawing(1.75)
    places = [0.9, 2.4, 3.9, 5.4]
    for step, x in enumerate(places, start=1):
        _box(axes, x, 0.95, "cell", fill=TINT)
        axes.text(x, 0.18, f"x{_low(step)}", ha="center", fontsize=TEXT)
        _arrow(axes, (x, 0.36), (x, 0.78))
        _arrow(axes, (x, 1.12), (x, 1.4))
        axes.text(x, 1.47, f"h{_low(step)}", ha="center", fontsize=TEXT)
    for left, right in zip(places, places[1:], strict=False):
        _arrow(axes, (left + 0.4, 1.0), (right - 0.4, 1.0))
        axes.text((left + right) / 2, 1.06, "W", ha="center", fontsize=SMALL)
        _arrow(axes, (right - 0.4, 0.86), (left + 0.4, 0.86), colour=BLUE, dashed=True)
    axes.text(places[1] + 0.75, 0.66, "gradient", ha="center", fontsize=SMALL, color=BLUE)
    return figure


def lstm_cell(report: Report) -> Figure | None:
    """Draw the gates of an LSTM cell and the memory that they control, along the top."""
    if "lstm" not in topics(report):
        return None
    figure, axes = _drawing(2.3)
    top, gates = 1.95, 0.95
    axes.text(0.35, top, "c", ha="right", va="center", fontsize=TEXT)
    axes.text(0.37, top - 0.05, "t−1", va="center", fontsize=5.5)
    _arrow(axes, (0.6, top), (1.49, top))
    _arrow(axes, (1.71, top), (3.09, top))
    _arrow(axes, (3.31, top), (6.1, top))
    axes.text(6.18, top, "cₜ", va="center", fontsize=TEXT)
    for x, name in ((1.6, "forget  fₜ"), (2.7, "input  iₜ"), (3.7, "candidate"), (5.0, "output  oₜ")):
        _box(axes, x, gates, name, width=0.86, fill=TINT if name != "candidate" else FILL)
        _arrow(axes, (x, 0.3), (x, gates - 0.17))
    _dot(axes, 1.6, top, "×")
    _arrow(axes, (1.6, gates + 0.17), (1.6, top - 0.11))
    _dot(axes, 3.2, 1.45, "×")
    _arrow(axes, (2.7, gates + 0.17), (2.7, 1.45), (3.09, 1.45))
    _arrow(axes, (3.7, gates + 0.17), (3.7, 1.45), (3.31, 1.45))
    _dot(axes, 3.2, top, "+")
    _arrow(axes, (3.2, 1.56), (3.2, top - 0.11))
    _dot(axes, 5.7, gates, "×")
    _arrow(axes, (5.43, gates), (5.59, gates))
    _box(axes, 5.7, 1.45, "tanh", width=0.5, height=0.26)
    _arrow(axes, (5.7, top), (5.7, 1.58))
    _arrow(axes, (5.7, 1.32), (5.7, gates + 0.11))
    _arrow(axes, (5.81, gates), (6.1, gates))
    axes.text(6.18, gates, "hₜ", va="center", fontsize=TEXT)
    axes.plot([0.76, 5.0], [0.3, 0.3], color=INK, linewidth=0.9)
    axes.text(0.52, 0.3, "xₜ and h", ha="right", va="center", fontsize=TEXT)
    axes.text(0.53, 0.25, "t−1", va="center", fontsize=5.5)
    return figure


def attention(report: Report) -> Figure | None:
    """Draw attention: each state is compared with a query and goes into the context with its weight."""
    if "attention" not in topics(report):
        return None
    figure, axes = _drawing(1.95)
    words, weights = ["a", "truly", "great", "book"], [0.04, 0.26, 0.55, 0.15]
    for place, (word, weight) in enumerate(zip(words, weights, strict=True)):
        x = 0.9 + 1.15 * place
        axes.text(x, 0.12, word, ha="center", fontsize=TEXT)
        _box(axes, x, 0.52, f"{weight:.2f} h{_low(place + 1)}", width=0.8, fill=TINT)
        look = {"color": BLUE, "linewidth": 0.4 + 5 * weight, "alpha": 0.75, "solid_capstyle": "round", "zorder": 0}
        axes.plot([x, 5.7], [0.69, 1.2], **look)
    _box(axes, 5.85, 1.2, "context", width=0.8)
    _box(axes, 5.85, 0.52, "query", width=0.8)
    _arrow(axes, (5.45, 0.52), (4.7, 0.52), colour=GREY, dashed=True)
    _arrow(axes, (5.85, 1.37), (5.85, 1.68))
    axes.text(5.85, 1.75, "to the classifier", ha="center", fontsize=SMALL)
    return figure


def transformer_layer(report: Report) -> Figure | None:
    """Draw a Transformer layer: attention and a feed-forward network, each added to its input and normalised."""
    if "transformer" not in topics(report):
        return None
    figure, axes = _drawing(1.5)
    y = 0.7
    steps = ((1.6, "attention", 1.0), (3.05, "norm", 0.6), (4.35, "feed-forward", 1.0), (5.7, "norm", 0.6))
    axes.text(0.42, y, "states", ha="right", va="center", fontsize=TEXT)
    _arrow(axes, (0.48, y), (1.1, y))
    for x, name, width in steps:
        _box(axes, x, y, name, width=width, fill=TINT if width > 0.6 else FILL)
    for start, plus, after in ((0.75, 2.4, 2.75), (3.6, 5.08, 5.4)):
        _dot(axes, plus, y, "+")
        _arrow(axes, (plus - 0.3 if plus > 3 else 2.1, y), (plus - 0.11, y))
        _arrow(axes, (plus + 0.11, y), (after, y))
        _arrow(axes, (start, y), (start, 1.2), (plus, 1.2), (plus, y + 0.11), colour=GREY)
    _arrow(axes, (3.35, y), (3.85, y))
    _arrow(axes, (6.0, y), (6.5, y))
    axes.text((0.75 + 2.4) / 2, 1.25, "input added", ha="center", fontsize=SMALL, color=GREY)
    return figure


def _low(number: int) -> str:
    """Return a digit as a subscript."""
    return chr(0x2080 + number)
