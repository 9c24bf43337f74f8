"""Compare the models of a study on the same documents."""

import pandas as pd

from job import run
from textstudy.evaluate.comparison import compare
from textstudy.evaluate.ordinal import class_ranks
from textstudy.evaluate.ordinal_scores import ordinal_scores
from textstudy.evaluate.predictions import predictions_by_model
from textstudy.storage.files import atomic_path, read_json


def main(snakemake):
    runs = predictions_by_model(snakemake.params.runs, snakemake.input.predictions)
    comparison, pairs = compare(runs)
    ranks = class_ranks(read_json(snakemake.input.settings)["labels"], snakemake.params.ordinal)
    if ranks:
        comparison = pd.concat([comparison, ordinal_scores(runs, ranks)], ignore_index=True)
    with atomic_path(snakemake.output.comparison) as path:
        comparison.to_parquet(path, index=False)
    with atomic_path(snakemake.output.pairs) as path:
        pairs.to_parquet(path, index=False)


run(main, globals())
