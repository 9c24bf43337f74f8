"""Train one model of nearest neighbours."""

from pathlib import Path

import torch

from job import run
from textstudy.storage.files import read_json
from textstudy.train.neighbours import train_neighbours


def main(snakemake):
    files = snakemake.input
    torch.set_num_threads(snakemake.threads)
    base = Path(files.base).parent if files.get("base") else None
    train_neighbours(
        settings=read_json(base / "settings.json")["settings"] if base else snakemake.params.settings,
        encoding_folder=Path(files.encoding).parent,
        features_path=Path(files.features),
        seed=int(snakemake.wildcards.seed),
        folder=Path(snakemake.output.weights).parent,
        code_digest=snakemake.params.code,
        base=base,
    )


run(main, globals())
