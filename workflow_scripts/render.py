"""Write a report as HTML and PDF."""

from pathlib import Path

from job import run
from textstudy.report.render import render
from textstudy.storage.files import read_json


def main(snakemake):
    render(
        read_json(snakemake.input.report),
        snakemake.input.figures,
        Path(snakemake.output.html),
        Path(snakemake.output.pdf),
    )


run(main, globals())
