"""Predict validation and test with a trained run, and measure how good the predictions are.

Temperature scaling, where it is on, is fitted here too.
"""

from pathlib import Path

from job import run
from textstudy.evaluate.runs import evaluate_run
from textstudy.machine.gpu_lease import leased_gpu
from textstudy.runs import RunFiles, read_run
from textstudy.storage.files import read_json, write_json
from textstudy.storage.tables import PREDICTIONS, SPLIT, read_table, write_table


def main(snakemake):
    files = snakemake.input
    trained = read_run(RunFiles.from_inputs(Path(files.weights).parent, files))
    with leased_gpu(snakemake.resources.get("gpu", 0)):
        predictions, metrics, calibration = evaluate_run(
            trained,
            read_table(files.split, SPLIT, ["id", "text", "label", "split"]),
            parts=snakemake.params.parts,
            temperature_scaling=snakemake.params.temperature_scaling,
            ordinal=snakemake.params.ordinal,
            base_predictions=read_table(files.base_predictions, PREDICTIONS) if files.get("base_predictions") else None,
            base_calibration=read_json(files.base_calibration) if files.get("base_calibration") else None,
        )
    write_table(predictions, snakemake.output.predictions, PREDICTIONS)
    write_json(snakemake.output.metrics, metrics)
    write_json(snakemake.output.calibration, calibration)


run(main, globals())
