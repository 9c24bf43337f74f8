"""Predict every perturbed document with a trained run, in one load."""

from job import run
from run_files import run_sources
from textstudy.machine.gpu_lease import leased_gpu
from textstudy.robustness.score import score_run
from textstudy.storage.tables import PERTURBED, ROBUSTNESS, SPLIT, read_table, write_table


def main(snakemake):
    files = snakemake.input
    with leased_gpu(snakemake.resources.get("gpu", 0)):
        scores = score_run(
            samples=read_table(files.samples, PERTURBED),
            labels=sorted(read_table(files.split, SPLIT)["label"].unique()),
            **run_sources(files),
        )
    write_table(scores, snakemake.output.scores, ROBUSTNESS)


run(main, globals())
