"""Train one model of nearest neighbours."""

from pathlib import Path

import torch

from job import run
from textstudy.runs import new_run
from textstudy.train.neighbours import train_neighbours


def main(snakemake):
    torch.set_num_threads(snakemake.threads)
    new = new_run(
        Path(snakemake.output.weights).parent, snakemake.input, snakemake.params, seed=int(snakemake.wildcards.seed)
    )
    train_neighbours(new)


run(main, globals())
