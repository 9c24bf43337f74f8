"""Fit one ensemble on its members' predictions, or apply a fitted one to refitted members."""

from pathlib import Path

from job import run
from textstudy.machine.scratch import checkpoint_root
from textstudy.runs import run_of_job
from textstudy.storage.tables import PREDICTIONS, write_table
from textstudy.train.ensembles import apply_ensemble, shared_labels, train_ensemble


def main(snakemake):
    new = run_of_job(snakemake)
    # results/models/PREPARATION/MODEL/SEED/predictions.parquet
    members = {Path(path).parts[-3]: Path(path) for path in snakemake.input.members}
    labels = shared_labels(members)
    if new.base:
        combined = apply_ensemble(new, members)
    else:
        combined = train_ensemble(new, members, labels=labels, checkpoint_root=checkpoint_root())
    write_table(combined, snakemake.output.combined, PREDICTIONS)


run(main, globals())
