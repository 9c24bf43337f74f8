"""Train one linear model."""

from pathlib import Path

from job import run
from textstudy.tables import SPLIT, read_table
from textstudy.train.linear import train_linear


def main(snakemake):
    train_linear(
        read_table(snakemake.input.split, SPLIT),
        snakemake.params.settings,
        seed=int(snakemake.wildcards.seed),
        folder=Path(snakemake.output.weights).parent,
        code_digest=snakemake.params.code,
    )


run(main, globals())
