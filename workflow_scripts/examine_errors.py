"""What the models of a study get wrong: shared errors, doubted labels, examples, reliability."""

from job import run
from textstudy.evaluate.errors import examine_errors
from textstudy.evaluate.predictions import predictions_by_model
from textstudy.storage.files import write_json
from textstudy.storage.tables import SPLIT, read_table


def main(snakemake):
    errors = examine_errors(
        predictions_by_model(snakemake.params.runs, snakemake.input.predictions),
        read_table(snakemake.input.split, SPLIT),
        candidates=snakemake.params.candidates,
    )
    write_json(snakemake.output.errors, errors)


run(main, globals())
