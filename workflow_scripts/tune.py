"""The validation accuracy of a model with each of the settings that were drawn for it."""

from job import run
from textstudy.storage.files import read_json, write_json
from textstudy.storage.tables import PREDICTIONS, read_table


def main(snakemake):
    found = {}
    files = zip(snakemake.params.trials, snakemake.input.trials, snakemake.input.records, strict=True)
    for trial, predictions, record in files:
        table = read_table(predictions, PREDICTIONS, ["label", "predicted"])
        row = {
            "changes": trial["changes"],
            "validation_accuracy": float((table["label"] == table["predicted"]).mean()),
            "seconds": read_json(record)["training"]["seconds"],
        }
        found.setdefault(trial["model"], []).append(row)
    write_json(snakemake.output.tuning, found)


run(main, globals())
