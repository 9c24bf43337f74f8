"""Train one linear model."""

from pathlib import Path

from job import run
from textstudy.runs import new_run
from textstudy.storage.tables import SPLIT, read_table
from textstudy.train.linear import train_linear


def main(snakemake):
    new = new_run(
        Path(snakemake.output.weights).parent, snakemake.input, snakemake.params, seed=int(snakemake.wildcards.seed)
    )
    train_linear(new, read_table(snakemake.input.split, SPLIT, ["text", "label", "split"]))


run(main, globals())
