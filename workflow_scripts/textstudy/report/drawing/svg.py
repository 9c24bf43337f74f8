"""Writes figures as small SVG files that can stand together in one page."""

import io
import re
from pathlib import Path

from matplotlib import pyplot
from matplotlib.figure import Figure

from textstudy.report.drawing.style import SERIES
from textstudy.storage.files import atomic_path
from textstudy.storage.seal import PLAIN, UNSEALED, seal


def save(figure: Figure, path: Path) -> None:
    """Write `figure` as SVG with a checksum and close it; the same numbers give the same bytes."""
    drawing = io.StringIO()
    figure.savefig(drawing, format="svg", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
    with atomic_path(path) as temporary:
        svg = _slim(_with_stem(drawing.getvalue(), path.stem))
        temporary.write_text(f"{svg}<!-- {UNSEALED} -->\n", encoding="utf-8")
        seal(temporary, PLAIN)


def _with_stem(svg: str, stem: str) -> str:
    """Return the drawing with the name of the figure before each identifier, so that a page can hold several drawings.

    Identifiers to which nothing refers are removed, except those of series.
    """
    wanted = set(re.findall(r'(?:url\(|href=")#([^")]+)', svg))

    def rename(found: re.Match[str]) -> str:
        name = found.group(1)
        return f' id="{stem}-{name}"' if name in wanted or SERIES in name else ""

    svg = re.sub(r' id="([^"]+)"', rename, svg)
    return re.sub(r'(url\(|href=")#', rf"\1#{stem}-", svg)


def _slim(svg: str) -> str:
    """Return the drawing in fewer bytes: without comments, metadata and indentation, coordinates to 1/100 point."""
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' (d|x|y)="[^"]*"', lambda found: _rounded(found.group()), svg)
    svg = re.sub(r"translate\([^)]*\)", lambda found: _rounded(found.group()), svg)
    return re.sub(r"\s*\n\s*", "\n", svg)


def _rounded(text: str) -> str:
    """Return an attribute with its numbers rounded."""
    text = re.sub(r"-?\d+\.\d+", lambda number: f"{float(number.group()):.2f}".rstrip("0").rstrip("."), text)
    return " ".join(text.split()) if text[0] != " " else " " + " ".join(text.split())
