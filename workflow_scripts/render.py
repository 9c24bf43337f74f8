"""Write a report as HTML and PDF, and its tables of all classes and confusions."""

from pathlib import Path

from job import run
from textstudy.report.class_files import write_class_files
from textstudy.report.render import render
from textstudy.storage.files import read_json


def main(snakemake):
    files = snakemake.output
    report = read_json(snakemake.input.report)
    render(report, snakemake.input.figures, Path(files.html), Path(files.pdf))
    write_class_files(report, files.classes, files.confusions)


run(main, globals())
