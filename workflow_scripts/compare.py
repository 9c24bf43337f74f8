"""Compare the models of a study on the same documents."""

from job import run
from textstudy.evaluate.comparison import Plan, compare
from textstudy.evaluate.ordinal import class_ranks
from textstudy.evaluate.predictions import predictions_by_model
from textstudy.storage.files import atomic_path, read_json
from textstudy.storage.tables import read_groups


def main(snakemake):
    runs = predictions_by_model(snakemake.params.runs, snakemake.input.predictions)
    ranks = class_ranks(read_json(snakemake.input.settings)["labels"], snakemake.params.ordinal)
    plan = Plan(**snakemake.params.plan, ranks=ranks)
    comparison, pairs = compare(runs, plan, read_groups(snakemake.input.split))
    with atomic_path(snakemake.output.comparison) as path:
        comparison.to_parquet(path, index=False)
    with atomic_path(snakemake.output.pairs) as path:
        pairs.to_parquet(path, index=False)


run(main, globals())
