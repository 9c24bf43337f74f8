"""Train one network with one seed."""

from pathlib import Path

import torch

from job import run
from textstudy.phases import resolve
from textstudy.train.runs import train_network


def main(snakemake):
    torch.set_num_threads(snakemake.threads)
    settings = resolve(snakemake.params.settings, snakemake.input.get("winner"))
    encoding = Path(snakemake.input.encoding)
    train_network(
        architecture=settings["architecture"],
        settings=settings,
        encoding_folder=encoding.parent,
        features_path=snakemake.input.get("features"),
        # A winner may have random embeddings where another candidate reads GloVe.
        glove_path=snakemake.input.get("glove") if settings.get("embeddings") == "glove" else None,
        seed=int(snakemake.wildcards.seed),
        folder=Path(snakemake.output.weights).parent,
        checkpoint_root=Path("results/checkpoints"),
        code_digest=snakemake.params.code,
    )


run(main, globals())
