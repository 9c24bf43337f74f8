"""Read a corpus into one table of documents."""

from importlib import import_module
from pathlib import Path

from job import run
from textstudy.corpora.samples import SAMPLED_FROM
from textstudy.prepare.ledger import parse_ledger, write_ledger
from textstudy.storage.tables import DOCUMENTS, write_table


def main(snakemake):
    settings = snakemake.params.settings
    # Your own files are found by the settings; they are inputs of the rule only so that Snakemake watches them.
    source = Path(snakemake.input.source).parent if settings.get("resource") else None
    documents = import_module(f"textstudy.corpora.{settings['kind']}").read(source, settings)
    whole = documents.attrs.pop(SAMPLED_FROM, None)
    write_table(documents, snakemake.output.documents, DOCUMENTS)
    write_ledger(snakemake.output.ledger, parse_ledger(documents, whole))


run(main, globals())
