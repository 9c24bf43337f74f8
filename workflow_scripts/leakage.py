"""Measure how much leaks raise the test accuracy."""

from job import run
from textstudy.prepare.content_words import stop_words_of
from textstudy.prepare.leakage import measure_leakage
from textstudy.storage.files import write_json
from textstudy.storage.tables import DOCUMENTS, DUPLICATES, SPLIT, read_table


def main(snakemake):
    settings = snakemake.params.settings
    result = measure_leakage(
        read_table(snakemake.input.documents, DOCUMENTS, ["id", "text", "label", "official_split"]),
        read_table(snakemake.input.split, SPLIT),
        read_table(snakemake.input.duplicates, DUPLICATES),
        settings,
        stop_words_of(snakemake.input.stop_words) if settings["content_words"] else None,
    )
    write_json(snakemake.output.leakage, result)


run(main, globals())
