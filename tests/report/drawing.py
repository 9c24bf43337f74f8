"""Draws the figures of every chapter for a made-up report, as the rule does chapter by chapter."""

from importlib import import_module
from pathlib import Path

from textstudy.report.chapters import chapters_with
from textstudy.report.drawing.draw import draw


def draw_all(report, folder: Path) -> list[str]:
    charts = [import_module(chapter.module("figures")).charts for chapter in chapters_with("figures")]
    return [name for each in charts for name in draw(each, report, folder)]
