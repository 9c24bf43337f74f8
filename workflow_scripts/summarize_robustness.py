"""What typos cost each model of a study: from the predictions of its runs to intervals, worst cases and a ranking."""

from job import run
from textstudy.robustness.design import groups_of
from textstudy.robustness.summary import summarize
from textstudy.storage.files import write_json
from textstudy.storage.tables import PERTURBED, ROBUSTNESS, read_groups, read_table


def main(snakemake):
    runs = {}
    for (model, seed), path in zip(snakemake.params.runs, snakemake.input.scores, strict=True):
        runs.setdefault(model, {})[seed] = read_table(path, ROBUSTNESS)
    samples = read_table(snakemake.input.samples, PERTURBED)
    groups = groups_of(read_groups(snakemake.input.split))
    write_json(snakemake.output.summary, summarize(runs, samples, snakemake.params.settings, groups))


run(main, globals())
