"""Train one network with one seed."""

from pathlib import Path

import torch

from job import run
from textstudy.files import read_json
from textstudy.train.runs import train_network


def main(snakemake):
    torch.set_num_threads(snakemake.threads)
    settings = snakemake.params.settings
    encoding = Path(snakemake.input.encoding)
    train_network(
        architecture=settings["architecture"],
        settings=settings,
        encoding_folder=encoding.parent,
        features_path=snakemake.input.get("features"),
        glove_path=snakemake.input.get("glove"),
        classes=len(read_json(encoding.with_suffix(".json"))["labels"]),
        seed=int(snakemake.wildcards.seed),
        folder=Path(snakemake.output.weights).parent,
        checkpoint_root=Path("results/checkpoints"),
        code_digest=snakemake.params.code,
    )


run(main, globals())
