"""Distill static vectors of tokens from an encoder."""

from pathlib import Path

import torch

from job import run
from textstudy.encode.distill import write_distilled
from textstudy.machine.gpu_lease import leased_gpu


def main(snakemake):
    torch.set_num_threads(snakemake.threads)
    encoder = Path(snakemake.input.encoder)  # resources/NAME/files
    with leased_gpu(snakemake.resources.get("gpu", 0)):
        write_distilled(
            Path(snakemake.input.encoding).parent,
            encoder,
            snakemake.output.vectors,
            name=encoder.parent.name,
            dimension=int(snakemake.wildcards.dimension),
        )


run(main, globals())
