"""Measure what a prediction costs with each model of a study."""

from pathlib import Path

from job import run
from textstudy.evaluate.costs import measure_costs
from textstudy.machine.gpu_lease import leased_gpu
from textstudy.runs import RunFiles, read_run
from textstudy.storage.files import write_json
from textstudy.storage.tables import SPLIT, read_table


def main(snakemake):
    split = read_table(snakemake.input.split, SPLIT, ["text", "split"])
    runs = {
        name: read_run(RunFiles.from_inputs(Path(files["folder"]), files))
        for name, files in snakemake.params.runs.items()
    }
    with leased_gpu(snakemake.resources.get("gpu", 0)):
        costs = measure_costs(
            runs, split.loc[split["split"] == "test", "text"].tolist(), ensembles=snakemake.params.ensembles
        )
    write_json(snakemake.output.costs, costs)


run(main, globals())
