"""Train a model with fewer documents or other settings, and keep its predictions."""

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from job import run
from textstudy.machine.gpu_lease import gpus_wanted, leased_gpu
from textstudy.machine.scratch import checkpoint_root
from textstudy.prepare.subsets import left_out
from textstudy.runs import new_run
from textstudy.storage.files import write_json
from textstudy.storage.tables import PREDICTIONS, SPLIT, read_table, write_table
from textstudy.train.trials import run_trial


def main(snakemake):
    params, seed = snakemake.params, int(snakemake.wildcards.seed)
    split = read_table(snakemake.input.split, SPLIT)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        new = new_run(Path(folder), snakemake.input, params, seed=seed)
        stack.enter_context(leased_gpu(gpus_wanted(new.settings, snakemake.resources.get("gpu", 0))))
        if new.facts.uses_torch:
            import_module("torch").set_num_threads(snakemake.threads)
        if params.subset:
            new = replace(new, left_out=left_out(split, params.subset, seed=seed))
        predictions, record = run_trial(new, split, parts=params.parts, checkpoint_root=checkpoint_root())
    write_table(predictions, snakemake.output.predictions, PREDICTIONS)
    write_json(snakemake.output.record, record)


run(main, globals())
