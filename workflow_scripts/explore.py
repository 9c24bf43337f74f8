"""Describe the prepared corpus."""

from job import run
from textstudy.prepare.explore import explore
from textstudy.storage.files import write_json
from textstudy.storage.tables import SPLIT, read_table


def main(snakemake):
    write_json(snakemake.output.corpus, explore(read_table(snakemake.input.split, SPLIT, ["text", "label", "split"])))


run(main, globals())
