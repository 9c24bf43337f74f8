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
    # Where no file system is shared, an input lies elsewhere than the rule names it.
    place = dict(zip(snakemake.params.files, snakemake.input.files, strict=True))
    runs = {}
    for name, kinds in snakemake.params.runs.items():
        files = {kind: place[path] for kind, path in kinds.items() if path in place}
        runs[name] = read_run(RunFiles.from_inputs(Path(files["weights"]).parent, files))
    with leased_gpu(snakemake.resources.get("gpu", 0)):
        costs = measure_costs(runs, split.loc[split["split"] == "test", "text"].tolist())
    write_json(snakemake.output.costs, costs)


run(main, globals())
