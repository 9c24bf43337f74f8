"""Measure the exported networks of a study beside those that they were made from."""

from pathlib import Path

from job import run
from textstudy.evaluate.comparison import Split
from textstudy.evaluate.documents import number_groups
from textstudy.storage.files import write_json
from textstudy.storage.tables import SPLIT, read_groups, read_table
from textstudy.use.export.measure import measure_exports


def main(snakemake):
    split = read_table(snakemake.input.split, SPLIT, ["id", "text", "label", "split"])
    test = split[split["split"] == "test"]
    groups = number_groups(read_groups(snakemake.input.split).set_index("id").loc[test["id"]])
    forms = {
        model: {form: Path(path) for form, path in found.items()} for model, found in snakemake.params.forms.items()
    }
    found = measure_exports(
        forms, test["text"].tolist(), test["label"].tolist(), find_error=Split({}, len(test), groups).error
    )
    write_json(snakemake.output.exports, found)


run(main, globals())
