"""Compare the models of a study on the same documents."""

from job import run
from textstudy.evaluate.comparison import compare
from textstudy.files import atomic_path
from textstudy.tables import PREDICTIONS, read_table


def main(snakemake):
    runs: dict[str, list] = {}
    for (model, _), path in zip(snakemake.params.runs, snakemake.input.predictions, strict=True):
        runs.setdefault(model, []).append(read_table(path, PREDICTIONS))
    comparison, pairs = compare(runs)
    with atomic_path(snakemake.output.comparison) as path:
        comparison.to_parquet(path, index=False)
    with atomic_path(snakemake.output.pairs) as path:
        pairs.to_parquet(path, index=False)


run(main, globals())
