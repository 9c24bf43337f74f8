"""Clean the documents of a corpus."""

from job import run
from textstudy.prepare.clean import clean
from textstudy.prepare.content_words import stop_words_of
from textstudy.prepare.ledger import write_ledger
from textstudy.storage.tables import CLEAN, DOCUMENTS, read_table, write_table


def main(snakemake):
    settings = snakemake.params.settings
    stop_words = stop_words_of(snakemake.input.stop_words) if settings["content_words"] else None
    cleaned, ledger = clean(
        read_table(snakemake.input.documents, DOCUMENTS), settings, stop_words, processes=snakemake.threads
    )
    write_table(cleaned, snakemake.output.clean, CLEAN)
    write_ledger(snakemake.output.ledger, ledger)


run(main, globals())
