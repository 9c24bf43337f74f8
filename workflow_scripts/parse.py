"""Read a corpus into one table of documents."""

from importlib import import_module
from pathlib import Path

from job import run
from textstudy.files import write_json
from textstudy.prepare.ledger import entry
from textstudy.tables import DOCUMENTS, write_table


def main(snakemake):
    settings = snakemake.params.settings
    source = snakemake.input.get("source")
    if source and settings.get("resource"):
        source = Path(source).parent
    documents = import_module(f"textstudy.corpora.{settings['kind']}").read(Path(source) if source else None, settings)
    write_table(documents, snakemake.output.documents, DOCUMENTS)
    line = entry(
        step="parse",
        reason="documents read from the corpus",
        documents_in=len(documents),
        kept=documents["official_split"],
    )
    write_json(snakemake.output.ledger, [line])


run(main, globals())
