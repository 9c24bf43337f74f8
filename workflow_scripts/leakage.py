"""Measure the price of leakage."""

import pandas as pd

from job import run
from textstudy.prepare.clean import clean_text
from textstudy.prepare.content_words import stop_words_of
from textstudy.prepare.leakage import price_of_leakage
from textstudy.storage.files import write_json
from textstudy.storage.tables import DOCUMENTS, SPLIT, read_table


def main(snakemake):
    result = price_of_leakage(
        read_table(snakemake.input.documents, DOCUMENTS),
        read_table(snakemake.input.split, SPLIT),
        snakemake.params.settings,
        clean_text,
        duplicates=pd.read_parquet(snakemake.input.duplicates),
        stop_words=stop_words_of(snakemake.input.get("stop_words")),
    )
    write_json(snakemake.output.leakage, result)


run(main, globals())
