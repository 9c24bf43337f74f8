"""Encode the documents as the token ids of a pretrained encoder."""

from pathlib import Path

from job import run
from textstudy.encode.copies import perturbed_copies
from textstudy.encode.wordpieces import encode_wordpieces
from textstudy.storage.tables import SPLIT, read_table


def main(snakemake):
    split = read_table(snakemake.input.split, SPLIT)
    copies = perturbed_copies(split, snakemake.params.corpus, snakemake.params.settings["augmentation"])
    folder = Path(snakemake.output.encoding).parent
    encode_wordpieces(split, Path(snakemake.input.encoder), snakemake.params.settings, folder, copies)


run(main, globals())
