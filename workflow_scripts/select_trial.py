"""Select the best trial of a search."""

from job import run
from textstudy.evaluate.search import best_trial, score_trial
from textstudy.storage.files import write_json
from textstudy.storage.tables import PREDICTIONS, read_table


def main(snakemake):
    best = best_trial([score_trial(read_table(path, PREDICTIONS)) for path in snakemake.input.trials])
    # Without its score: the model is stale when its settings change, not when the race does.
    write_json(snakemake.output.best, {"trial": best + 1, "settings": snakemake.params.settings[best]})


run(main, globals())
