"""Collect every number of a report."""

from pathlib import Path

from job import run
from textstudy.report.collect.collect import collect
from textstudy.storage.files import write_json
from textstudy.storage.tables import COMPARISON, PAIRS, read_table


def main(snakemake):
    def paths(kind):
        value = snakemake.input.get(kind, [])
        return [Path(value)] if isinstance(value, str) else [Path(path) for path in value]

    kinds = (
        "ledger", "corpus", "audit", "leakage", "encodings", "manifests", "runs", "architectures", "phases",
        "benchmarks", "costs", "errors", "scrutiny", "robustness", "explanations", "faithfulness", "growth", "search",
        "exports", "baseline", "changes",
    )  # fmt: skip
    report = collect(
        study=snakemake.params.study,
        parts={kind: paths(kind) for kind in kinds},
        comparison=read_table(snakemake.input.comparison, COMPARISON),
        pairs=read_table(snakemake.input.pairs, PAIRS),
        steps=snakemake.params.steps,
        command=snakemake.params.command,
    )
    write_json(snakemake.output.report, report)


run(main, globals())
