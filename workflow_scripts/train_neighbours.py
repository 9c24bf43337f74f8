"""Train one model of nearest neighbours."""

import torch

from job import run
from textstudy.runs import run_of_job
from textstudy.train.neighbours import train_neighbours


def main(snakemake):
    torch.set_num_threads(snakemake.threads)
    train_neighbours(run_of_job(snakemake))


run(main, globals())
