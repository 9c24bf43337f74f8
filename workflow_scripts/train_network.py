"""Train one network with one seed."""

from pathlib import Path

import torch

from job import run
from textstudy.machine.gpu_lease import leased_gpu
from textstudy.storage.files import read_json
from textstudy.train.phases import resolve
from textstudy.train.runs import train_network


def main(snakemake):
    files = snakemake.input
    torch.set_num_threads(snakemake.threads)
    base = Path(files.base).parent if files.get("base") else None
    if base is not None:
        settings = read_json(base / "settings.json")["settings"]
    else:
        settings = resolve(snakemake.params.settings, files.get("winner"))
    with leased_gpu(snakemake.resources.get("gpu", 0)):
        train_network(
            settings=settings,
            encoding_folder=Path(files.encoding).parent,
            features_path=files.get("features"),
            # A winner may have random embeddings where another candidate reads GloVe.
            glove_path=files.get("glove") if settings.get("embeddings") == "glove" else None,
            encoder_folder=Path(files.encoder).parent if files.get("encoder") else None,
            seed=int(snakemake.wildcards.seed),
            folder=Path(snakemake.output.weights).parent,
            checkpoint_root=Path("results/checkpoints"),
            code_digest=snakemake.params.code,
            base=base,
        )


run(main, globals())
