"""Measure the exported networks of a study beside those that they were made from."""

from pathlib import Path

from job import run
from textstudy.storage.files import write_json
from textstudy.storage.tables import SPLIT, read_table
from textstudy.use.export.measure import measure_exports


def main(snakemake):
    split = read_table(snakemake.input.split, SPLIT, ["text", "label", "split"])
    test = split[split["split"] == "test"]
    forms = {
        model: {form: Path(path) for form, path in found.items()} for model, found in snakemake.params.forms.items()
    }
    write_json(snakemake.output.exports, measure_exports(forms, test["text"].tolist(), test["label"].tolist()))


run(main, globals())
