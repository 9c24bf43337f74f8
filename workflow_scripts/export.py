"""Export the network of one run."""

import os
from pathlib import Path

from job import run
from textstudy.use.export.bundle import export


def main(snakemake):
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # compared on the processor, where its graph will compute
    export(Path(snakemake.input.usage).parent, snakemake.output.bundle, form=snakemake.wildcards.form)


run(main, globals())
