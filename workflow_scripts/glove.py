"""Write the GloVe vectors of a vocabulary."""

from pathlib import Path

from job import run
from textstudy.encode.glove import load_glove
from textstudy.storage.files import read_json, read_tensors, write_json, write_tensors


def main(snakemake):
    vocabulary = read_json(snakemake.input.vocabulary)
    counts = read_tensors(snakemake.input.idf)["count"]
    vectors, coverage = load_glove(Path(snakemake.input.glove), vocabulary, int(snakemake.wildcards.dimension), counts)
    write_tensors(snakemake.output.vectors, {"embedding": vectors})
    write_json(snakemake.output.coverage, coverage)


run(main, globals())
