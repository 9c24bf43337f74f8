"""Write the model card of one run, and what a program needs to predict with it."""

from pathlib import Path

from job import run
from textstudy.report.card.card import write_card
from textstudy.storage.files import read_json
from textstudy.use.usage import write_usage


def main(snakemake):
    files = snakemake.input
    write_card(
        Path(snakemake.output.card),
        described=snakemake.params.described,
        run={part: read_json(files[part]) for part in ("metrics", "calibration", "training", "settings")},
        corpus=read_json(files.corpus),
        ledger=[line for path in files.ledger for line in read_json(path)],
        manifests=[read_json(path) for path in files.get("manifests", [])],
    )
    write_usage(snakemake.output.usage, snakemake.params.described)


run(main, globals())
