"""Encode the documents as the token ids of a pretrained encoder."""

from pathlib import Path

from job import run
from textstudy.encode.wordpieces import encode_wordpieces
from textstudy.tables import SPLIT, read_table


def main(snakemake):
    folder = Path(snakemake.output.encoding).parent
    encoder = Path(snakemake.input.encoder).parent
    encode_wordpieces(read_table(snakemake.input.split, SPLIT), encoder, snakemake.params.settings, folder)


run(main, globals())
