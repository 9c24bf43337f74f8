"""Compare the models of a study with the run that was kept as its baseline."""

from pathlib import Path

from job import run
from textstudy.evaluate.baseline import compare_with_baseline
from textstudy.evaluate.predictions import predictions_by_model
from textstudy.storage.files import write_json
from textstudy.storage.tables import read_groups


def main(snakemake):
    kept = [(Path(path).parent.name, int(Path(path).stem)) for path in snakemake.input.kept]
    changes = compare_with_baseline(
        predictions_by_model(snakemake.params.runs, snakemake.input.predictions),
        predictions_by_model(kept, snakemake.input.kept),
        deterministic=snakemake.params.deterministic,
        groups=read_groups(snakemake.input.split),
    )
    write_json(snakemake.output.changes, changes)


run(main, globals())
