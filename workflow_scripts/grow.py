"""How accuracy grows with the number of training documents, and what more of them would bring."""

from job import run
from textstudy.evaluate.growth import grow
from textstudy.evaluate.predictions import predictions_by_model
from textstudy.storage.files import read_json, write_json
from textstudy.storage.tables import PREDICTIONS, read_groups, read_table


def main(snakemake):
    files, params = snakemake.input, snakemake.params
    trials = [
        (model, share, read_table(predictions, PREDICTIONS), read_json(record))
        for (model, share), predictions, record in zip(params.trials, files.trials, files.records, strict=True)
    ]
    full = predictions_by_model(params.runs, files.predictions)
    write_json(snakemake.output.growth, grow(trials, full, read_groups(files.split)))


run(main, globals())
