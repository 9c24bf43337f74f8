"""Compare the models of a study on the same documents."""

from job import run
from textstudy.evaluate.comparison import Plan, compare
from textstudy.evaluate.ordinal import class_ranks
from textstudy.evaluate.predictions import predictions_by_model
from textstudy.storage.files import read_json
from textstudy.storage.tables import COMPARISON, PAIRS, read_groups, write_table


def main(snakemake):
    runs = predictions_by_model(snakemake.params.runs, snakemake.input.predictions)
    ranks = class_ranks(read_json(snakemake.input.settings)["labels"], snakemake.params.ordinal)
    plan = Plan(**snakemake.params.plan, ranks=ranks)
    comparison, pairs = compare(runs, plan, read_groups(snakemake.input.split))
    write_table(comparison, snakemake.output.comparison, COMPARISON)
    write_table(pairs, snakemake.output.pairs, PAIRS)


run(main, globals())
