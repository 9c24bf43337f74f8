"""Train one network with one seed."""

import torch

from job import run
from textstudy.machine.gpu_lease import gpus_wanted, leased_gpu
from textstudy.machine.scratch import checkpoint_root
from textstudy.runs import run_of_job
from textstudy.train.network import train_network


def main(snakemake):
    torch.set_num_threads(snakemake.threads)
    new = run_of_job(snakemake)
    with leased_gpu(gpus_wanted(new.settings, snakemake.resources.get("gpu", 0))):
        train_network(new, checkpoint_root=checkpoint_root())


run(main, globals())
