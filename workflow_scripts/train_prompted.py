"""Fix the prompt of one language model."""

from job import run
from textstudy.runs import run_of_job
from textstudy.storage.tables import SPLIT, read_table
from textstudy.train.prompted import train_prompted


def main(snakemake):
    train_prompted(run_of_job(snakemake), read_table(snakemake.input.split, SPLIT, ["id", "text", "label", "split"]))


run(main, globals())
