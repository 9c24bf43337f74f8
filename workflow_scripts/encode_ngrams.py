"""Encode the documents of a preparation as hashed n-grams."""

from pathlib import Path

from job import run
from textstudy.encode.copies import perturbed_copies
from textstudy.encode.ngrams import encode_ngrams
from textstudy.storage.tables import SPLIT, read_table


def main(snakemake):
    split = read_table(snakemake.input.split, SPLIT, ["id", "text", "label", "split"])
    settings = snakemake.params.settings
    copies = perturbed_copies(split, snakemake.params.corpus, settings["augmentation"])
    encode_ngrams(split, settings, Path(snakemake.output.encoding).parent, copies, processes=snakemake.threads)


run(main, globals())
