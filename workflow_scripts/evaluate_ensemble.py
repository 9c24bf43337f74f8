"""Measure the predictions of an ensemble, scaled by a temperature where that is on."""

from job import run
from textstudy.evaluate.ensembles import evaluate_ensemble
from textstudy.storage.files import read_json, write_json
from textstudy.storage.tables import PREDICTIONS, read_table, write_table


def main(snakemake):
    files = snakemake.input
    predictions, metrics, calibration = evaluate_ensemble(
        read_table(files.combined, PREDICTIONS),
        read_json(files.settings)["labels"],
        temperature_scaling=snakemake.params.temperature_scaling,
        ordinal=snakemake.params.ordinal,
        base_calibration=read_json(files.base_calibration) if files.get("base_calibration") else None,
    )
    write_table(predictions, snakemake.output.predictions, PREDICTIONS)
    write_json(snakemake.output.metrics, metrics)
    write_json(snakemake.output.calibration, calibration)


run(main, globals())
