"""Compare the models of a study on the same documents."""

from job import run
from textstudy.evaluate.comparison import compare
from textstudy.evaluate.predictions import predictions_by_model
from textstudy.storage.files import atomic_path


def main(snakemake):
    comparison, pairs = compare(predictions_by_model(snakemake.params.runs, snakemake.input.predictions))
    with atomic_path(snakemake.output.comparison) as path:
        comparison.to_parquet(path, index=False)
    with atomic_path(snakemake.output.pairs) as path:
        pairs.to_parquet(path, index=False)


run(main, globals())
