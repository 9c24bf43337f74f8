"""Which words decided: attributions of a trained run's predictions."""

from pathlib import Path

from job import run
from textstudy.explain.explain import explain_run
from textstudy.machine.gpu_lease import leased_gpu
from textstudy.runs import RunFiles, read_run
from textstudy.storage.files import write_json
from textstudy.storage.tables import ATTRIBUTIONS, PERTURBED, PREDICTIONS, ROBUSTNESS, SPLIT, read_table, write_table


def main(snakemake):
    files = snakemake.input
    trained = read_run(RunFiles.from_inputs(Path(files.weights).parent, files))
    with leased_gpu(snakemake.resources.get("gpu", 0)):
        explanations, attributions = explain_run(
            trained,
            split=read_table(files.split, SPLIT),
            predictions=read_table(files.predictions, PREDICTIONS),
            samples=read_table(files.samples, PERTURBED) if files.get("samples") else None,
            scores=read_table(files.scores, ROBUSTNESS) if files.get("scores") else None,
            settings=snakemake.params.settings,
        )
    write_json(snakemake.output.explanations, explanations)
    write_table(attributions, snakemake.output.attributions, ATTRIBUTIONS)


run(main, globals())
