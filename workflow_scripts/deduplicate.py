"""Remove duplicates."""

from job import run
from textstudy.prepare.deduplicate import deduplicate
from textstudy.prepare.ledger import write_ledger
from textstudy.storage.tables import CLEAN, DUPLICATES, UNIQUE, read_table, write_table


def main(snakemake):
    unique, duplicates, ledger = deduplicate(
        read_table(snakemake.input.clean, CLEAN), snakemake.params.settings, processes=snakemake.threads
    )
    write_table(unique, snakemake.output.unique, UNIQUE)
    write_table(duplicates, snakemake.output.duplicates, DUPLICATES)
    write_ledger(snakemake.output.ledger, ledger)


run(main, globals())
