"""Train one model of kernel ridge regression."""

import torch

from job import run
from textstudy.runs import run_of_job
from textstudy.train.kernel import train_kernel


def main(snakemake):
    torch.set_num_threads(snakemake.threads)
    train_kernel(run_of_job(snakemake))


run(main, globals())
