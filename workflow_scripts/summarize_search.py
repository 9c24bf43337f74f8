"""What each trial of a study's searches reached, and how much too high the score of the best one is."""

from job import run
from textstudy.evaluate.optimism import summarize_trials
from textstudy.storage.files import read_json, write_json
from textstudy.storage.tables import PREDICTIONS, read_groups, read_table


def main(snakemake):
    trials = iter(zip(snakemake.input.trials, snakemake.input.records, strict=True))
    found, groups = {}, read_groups(snakemake.input.split)
    for model, search in snakemake.params.searches.items():
        facts = dict(search)
        drawn = facts.pop("drawn")
        files = [next(trials) for _ in drawn]
        tables = (read_table(predictions, PREDICTIONS) for predictions, _ in files)
        records = [read_json(record) for _, record in files]
        found[model] = facts | summarize_trials(drawn, tables, records, groups)
    write_json(snakemake.output.search, found)


run(main, globals())
