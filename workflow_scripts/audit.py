"""Audit a preparation; fail if a text is in two splits."""

from job import run
from textstudy.prepare.audit import audit, check
from textstudy.storage.files import read_json, write_json
from textstudy.storage.tables import CLEAN, DOCUMENTS, DUPLICATES, SPLIT, UNIQUE, read_table


def _in_splits(frame):
    """The rows that are compared; the texts of all others would fill the memory."""
    return frame[frame["official_split"] != ""]


def main(snakemake):
    files = snakemake.input
    result = audit(
        read_table(files.documents, DOCUMENTS),
        _in_splits(read_table(files.clean, CLEAN)),
        _in_splits(read_table(files.unique, UNIQUE)),
        read_table(files.split, SPLIT),
        read_table(files.duplicates, DUPLICATES),
        snakemake.params.settings,
        ledger=[line for path in files.ledger for line in read_json(path)],
        processes=snakemake.threads,
    )
    check(result)
    write_json(snakemake.output.audit, result)


run(main, globals())
