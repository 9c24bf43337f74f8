"""Fit one ensemble on its members' predictions, or apply a fitted one to refitted members, and evaluate it."""

from pathlib import Path

from job import run
from textstudy.evaluate.ensembles import evaluate_ensemble
from textstudy.runs import new_run
from textstudy.train.ensembles import apply_ensemble, shared_labels, train_ensemble


def main(snakemake):
    new = new_run(
        Path(snakemake.output.weights).parent, snakemake.input, snakemake.params, seed=int(snakemake.wildcards.seed)
    )
    # results/models/PREPARATION/MODEL/SEED/predictions.parquet
    members = {Path(path).parts[-3]: Path(path) for path in snakemake.input.members}
    labels = shared_labels(members)
    if new.base:
        predictions = apply_ensemble(new, members)
    else:
        predictions = train_ensemble(new, members, labels=labels, checkpoint_root=Path("results/checkpoints"))
    evaluate_ensemble(predictions, labels=labels, folder=new.files.folder)


run(main, globals())
