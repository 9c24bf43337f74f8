"""Compute the states of a frozen encoder, once per document."""

from pathlib import Path

import torch

from job import run
from textstudy.encode.features import write_features
from textstudy.machine.gpu_lease import leased_gpu


def main(snakemake):
    torch.set_num_threads(snakemake.threads)
    folder = Path(snakemake.output.features).parent
    encoder = Path(snakemake.input.encoder)  # resources/NAME/files
    with leased_gpu(snakemake.resources.get("gpu", 0)):
        write_features(Path(snakemake.input.encoding).parent, encoder, folder, name=encoder.parent.name)


run(main, globals())
