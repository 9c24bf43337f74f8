"""Train one linear model."""

from job import run
from textstudy.runs import run_of_job
from textstudy.storage.tables import SPLIT, read_table
from textstudy.train.linear import train_linear


def main(snakemake):
    train_linear(run_of_job(snakemake), read_table(snakemake.input.split, SPLIT, ["text", "label", "split"]))


run(main, globals())
