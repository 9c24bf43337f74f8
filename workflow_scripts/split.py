"""Divide the documents into train, validation and test."""

from job import run
from textstudy.prepare.ledger import write_ledger
from textstudy.prepare.split import split
from textstudy.storage.tables import SPLIT, UNIQUE, read_table, write_table


def main(snakemake):
    divided, ledger = split(read_table(snakemake.input.unique, UNIQUE), snakemake.params.settings)
    write_table(divided, snakemake.output.split, SPLIT)
    write_ledger(snakemake.output.ledger, ledger)


run(main, globals())
