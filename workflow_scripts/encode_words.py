"""Encode the documents as word ids."""

from pathlib import Path

from job import run
from textstudy.encode.copies import perturbed_copies
from textstudy.encode.words import encode_words
from textstudy.storage.tables import SPLIT, read_table


def main(snakemake):
    split = read_table(snakemake.input.split, SPLIT, ["id", "text", "label", "split"])
    copies = perturbed_copies(split, snakemake.params.corpus, snakemake.params.settings["augmentation"])
    folder = Path(snakemake.output.encoding).parent
    encode_words(split, snakemake.params.settings, folder, copies, processes=snakemake.threads)


run(main, globals())
