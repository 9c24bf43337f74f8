"""Find the training documents that are nearest in meaning to the held-out ones."""

from job import run
from textstudy.encode.semantic import audit_meaning
from textstudy.machine.threads import limited_threads
from textstudy.storage.files import read_json, write_json
from textstudy.storage.tables import SPLIT, read_table


def main(snakemake):
    files = snakemake.input
    with limited_threads(snakemake.threads):
        result = audit_meaning(read_table(files.split, SPLIT), files.encoding, files.features)
    write_json(snakemake.output.audit, {"encoder": read_json(files.summary)["encoder"], **result})


run(main, globals())
