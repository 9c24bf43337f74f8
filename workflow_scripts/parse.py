"""Read a corpus into one table of documents."""

from importlib import import_module
from pathlib import Path

from job import run
from textstudy.corpora.manifest import describe_corpus, reading_reason
from textstudy.corpora.samples import SAMPLED_FROM
from textstudy.prepare.ledger import parse_ledger, write_ledger
from textstudy.storage.files import write_json
from textstudy.storage.tables import DOCUMENTS, write_table


def main(snakemake):
    settings = snakemake.params.settings
    source, place = snakemake.input.source, {}
    if settings.get("path") and isinstance(source, str):
        place = {"path": source}  # elsewhere than the settings say, where no file system is shared
    read = import_module(f"textstudy.corpora.{settings['kind']}").read
    documents = read(Path(source) if settings.get("resource") else None, {**settings, **place})
    notes = dict(documents.attrs)
    documents.attrs.clear()  # they would become part of the file
    write_table(documents, snakemake.output.documents, DOCUMENTS)
    described = describe_corpus(settings, snakemake.params.origin, notes, snakemake.output.documents)
    write_json(snakemake.output.manifest, described)
    reason = reading_reason(notes.get("passed_over", {}))
    write_ledger(snakemake.output.ledger, parse_ledger(documents, notes.get(SAMPLED_FROM), reason))


run(main, globals())
