"""Fit one ensemble on its members' predictions, or apply a fitted one to refitted members, and evaluate it."""

from pathlib import Path

from job import run
from textstudy.evaluate.ensembles import evaluate_ensemble
from textstudy.train.ensembles import apply_ensemble, shared_labels, train_ensemble


def main(snakemake):
    # results/models/PREPARATION/MODEL/SEED/predictions.parquet
    members = {Path(path).parts[-3]: Path(path) for path in snakemake.input.members}
    labels = shared_labels(members)
    folder = Path(snakemake.output.weights).parent
    options = {"seed": int(snakemake.wildcards.seed), "folder": folder, "code_digest": snakemake.params.code}
    base = snakemake.input.get("base")
    if base:
        predictions = apply_ensemble(Path(base).parent, members, **options)
    else:
        predictions = train_ensemble(
            members,
            settings=snakemake.params.settings,
            labels=labels,
            checkpoint_root=Path("results/checkpoints"),
            **options,
        )
    evaluate_ensemble(predictions, labels=labels, members=members, folder=folder)


run(main, globals())
