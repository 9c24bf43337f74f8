"""Draws the figures of one chapter as SVG files."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from textstudy.report.drawing.style import Charts, house_style
from textstudy.report.drawing.svg import save
from textstudy.report.language.escaping import identifier


def draw(charts: Callable[[Mapping[str, Any]], Charts], report: Mapping[str, Any], folder: Path) -> list[str]:
    """Draw the `charts` for which `report` has data into `folder`, and return their file names.

    The bytes depend on the report alone: no date, no random identifier.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    with house_style():
        for name, chart in charts(report):
            figure = chart(report)
            if figure is not None:
                drawn.append(f"{identifier(name)}.svg")
                save(figure, folder / drawn[-1])
    return drawn
