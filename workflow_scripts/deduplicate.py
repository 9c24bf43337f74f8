"""Remove duplicates."""

from job import run
from textstudy.prepare.deduplicate import deduplicate
from textstudy.prepare.ledger import write_ledger
from textstudy.storage.files import atomic_path
from textstudy.storage.tables import CLEAN, UNIQUE, read_table, write_table


def main(snakemake):
    unique, duplicates, ledger = deduplicate(
        read_table(snakemake.input.clean, CLEAN), snakemake.params.settings, processes=snakemake.threads
    )
    write_table(unique, snakemake.output.unique, UNIQUE)
    with atomic_path(snakemake.output.duplicates) as path:
        duplicates.to_parquet(path, index=False)
    write_ledger(snakemake.output.ledger, ledger)


run(main, globals())
