"""Fix the prompt of one language model."""

from pathlib import Path

from job import run
from textstudy.runs import new_run
from textstudy.storage.tables import SPLIT, read_table
from textstudy.train.prompted import train_prompted


def main(snakemake):
    new = new_run(
        Path(snakemake.output.weights).parent, snakemake.input, snakemake.params, seed=int(snakemake.wildcards.seed)
    )
    train_prompted(new, read_table(snakemake.input.split, SPLIT, ["id", "text", "label", "split"]))


run(main, globals())
