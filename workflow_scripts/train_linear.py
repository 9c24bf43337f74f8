"""Train one linear model."""

from pathlib import Path

from job import run
from textstudy.storage.files import read_json
from textstudy.storage.tables import SPLIT, read_table
from textstudy.train.linear import train_linear


def main(snakemake):
    base = Path(snakemake.input.base).parent if snakemake.input.get("base") else None
    train_linear(
        read_table(snakemake.input.split, SPLIT),
        read_json(base / "settings.json")["settings"] if base else snakemake.params.settings,
        seed=int(snakemake.wildcards.seed),
        folder=Path(snakemake.output.weights).parent,
        code_digest=snakemake.params.code,
        base=base,
    )


run(main, globals())
