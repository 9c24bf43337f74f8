"""What a trained model is made of, for its diagram."""

from pathlib import Path

from job import run
from textstudy.describe.describe import describe_run
from textstudy.runs import RunFiles, read_run
from textstudy.storage.files import write_json


def main(snakemake):
    files = snakemake.input
    trained = read_run(RunFiles.from_inputs(Path(files.weights).parent, files))
    write_json(snakemake.output.architecture, describe_run(trained))


run(main, globals())
