"""Perturb a sample of the test documents, each kind of typo at each severity."""

from job import run
from textstudy.perturb.samples import make_samples
from textstudy.storage.tables import PERTURBED, SPLIT, read_table, write_table


def main(snakemake):
    split = read_table(snakemake.input.split, SPLIT)
    samples = make_samples(split, corpus=snakemake.params.corpus, settings=snakemake.params.settings)
    write_table(samples, snakemake.output.samples, PERTURBED)


run(main, globals())
