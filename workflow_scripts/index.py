"""Write the page of all studies."""

from pathlib import Path

from job import run
from textstudy.report.index.index import write_index
from textstudy.storage.files import read_json


def main(snakemake):
    reports = {Path(path).parent: read_json(path) for path in snakemake.input.reports}
    write_index(reports, Path(snakemake.output.html))


run(main, globals())
