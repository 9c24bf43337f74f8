"""What a trained model is made of, for its diagram."""

from job import run
from run_files import run_sources
from textstudy.describe.describe import describe_run
from textstudy.storage.files import read_json, write_json


def main(snakemake):
    files = snakemake.input
    labels = read_json(files.settings)["labels"]
    write_json(snakemake.output.architecture, describe_run(classes=len(labels), **run_sources(files)))


run(main, globals())
