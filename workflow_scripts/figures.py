"""Draw the figures of a report."""

import shutil
from pathlib import Path

from job import run
from textstudy.files import read_json
from textstudy.report.figures import draw


def main(snakemake):
    folder = Path(snakemake.output.figures)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    draw(read_json(snakemake.input.report), folder)


run(main, globals())
