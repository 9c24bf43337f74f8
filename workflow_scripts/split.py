"""Divide the documents into train, validation and test."""

from job import run
from textstudy.errors import StudyError
from textstudy.prepare.ledger import write_ledger
from textstudy.prepare.lost_before import explain_losses
from textstudy.prepare.relabel import read_corrections, relabel
from textstudy.prepare.split import split
from textstudy.storage.files import read_json
from textstudy.storage.tables import DOCUMENTS, SPLIT, UNIQUE, read_table, write_table


def main(snakemake):
    try:
        divided, ledger = split(read_table(snakemake.input.unique, UNIQUE), snakemake.params.settings)
    except StudyError as error:
        raise explain_losses(error, map(read_json, snakemake.input.ledgers)) from error
    file = snakemake.input.get("relabel")
    if file:
        documents = read_table(snakemake.input.documents, DOCUMENTS, ["id", "label"])
        corrections = read_corrections(file, documents["id"], set(documents["label"]))
        divided, lines = relabel(divided, corrections, file)
        ledger += lines
    write_table(divided, snakemake.output.split, SPLIT)
    write_ledger(snakemake.output.ledger, ledger)


run(main, globals())
