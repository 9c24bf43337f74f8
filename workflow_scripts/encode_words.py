"""Encode the documents as word ids."""

from pathlib import Path

from job import run
from textstudy.encode.words import encode_words
from textstudy.tables import SPLIT, read_table


def main(snakemake):
    folder = Path(snakemake.output.encoding).parent
    encode_words(read_table(snakemake.input.split, SPLIT), snakemake.params.settings, folder)


run(main, globals())
