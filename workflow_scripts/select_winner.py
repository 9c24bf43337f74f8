"""Select the winner of a phase."""

from pathlib import Path

from job import run
from textstudy.storage.files import write_json
from textstudy.train.phases import rank


def main(snakemake):
    folders = [Path(path).parent for path in snakemake.input.trainings]
    ranking = rank(list(zip(snakemake.params.models, folders, strict=True)))
    best = ranking[0]
    write_json(snakemake.output.ranking, {"phase": snakemake.wildcards.phase, "ranking": ranking})
    # Apart from the ranking: what extends the winner is stale when the winner changes, not when its lead does.
    write_json(
        snakemake.output.winner,
        {"phase": snakemake.wildcards.phase, "model": best["model"], "settings": best["settings"]},
    )


run(main, globals())
