"""Train one model of kernel ridge regression."""

from pathlib import Path

import torch

from job import run
from textstudy.runs import new_run
from textstudy.train.kernel import train_kernel


def main(snakemake):
    torch.set_num_threads(snakemake.threads)
    new = new_run(
        Path(snakemake.output.weights).parent, snakemake.input, snakemake.params, seed=int(snakemake.wildcards.seed)
    )
    train_kernel(new)


run(main, globals())
