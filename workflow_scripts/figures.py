"""Draw the figures of one module for a report."""

import shutil
from importlib import import_module
from pathlib import Path

from job import run
from textstudy.files import read_json
from textstudy.report.figures import draw


def main(snakemake):
    folder = Path(snakemake.output.figures)
    shutil.rmtree(folder, ignore_errors=True)
    # By name: these figures depend on the code of their own module, not on that of the others.
    module = import_module(f"textstudy.report.{snakemake.wildcards.module}")
    draw(module.charts, read_json(snakemake.input.report), folder)


run(main, globals())
