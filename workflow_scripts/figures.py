"""Draw the figures of one chapter of a report."""

import shutil
from importlib import import_module
from pathlib import Path

from job import run
from textstudy.report.drawing.draw import draw
from textstudy.storage.files import read_json


def main(snakemake):
    folder = Path(snakemake.output.figures)
    shutil.rmtree(folder, ignore_errors=True)
    # By name: these figures depend on the code of their own chapter, not on that of the others.
    module = import_module(f"textstudy.report.sections.{snakemake.wildcards.chapter}.figures")
    draw(module.charts, read_json(snakemake.input.report), folder)


run(main, globals())
