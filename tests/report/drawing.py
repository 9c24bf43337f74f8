"""Draws the figures of every module for a made-up report, as the rule does module by module."""

from importlib import import_module
from pathlib import Path

from textstudy import report as package
from textstudy.report.figures import draw

MODULES = sorted(path.stem for path in Path(package.__path__[0]).glob("*.py") if "\ndef charts(" in path.read_text())


def draw_all(report, folder: Path) -> list[str]:
    charts = [import_module(f"textstudy.report.{module}").charts for module in MODULES]
    return [name for each in charts for name in draw(each, report, folder)]
