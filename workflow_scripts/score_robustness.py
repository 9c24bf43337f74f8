"""Predict every perturbed document with a trained run that is loaded once."""

from pathlib import Path

from job import run
from textstudy.machine.gpu_lease import leased_gpu
from textstudy.robustness.score import score_run
from textstudy.runs import RunFiles, read_run
from textstudy.storage.tables import PERTURBED, ROBUSTNESS, read_table, write_table


def main(snakemake):
    files = snakemake.input
    trained = read_run(RunFiles.from_inputs(Path(files.weights).parent, files))
    with leased_gpu(snakemake.resources.get("gpu", 0)):
        scores = score_run(trained, read_table(files.samples, PERTURBED))
    write_table(scores, snakemake.output.scores, ROBUSTNESS)


run(main, globals())
