"""What the scores hide: subgroups, wrong labels, other shares of classes; and the labels that a person should read."""

from pathlib import Path

import pandas as pd

from job import run
from textstudy.encode.table import read_encoding
from textstudy.evaluate.class_shares import shift_classes
from textstudy.evaluate.label_noise import measure_label_noise
from textstudy.evaluate.predictions import predictions_by_model
from textstudy.evaluate.subgroups import compare_subgroups
from textstudy.storage.files import read_json, write_json
from textstudy.storage.spreadsheet import write_rows
from textstudy.storage.tables import SPLIT, read_table


def _cut(path, most):
    """By id, whether the encoding keeps as many tokens of a document as it may: all but very few of these are cut."""
    encoding = read_encoding(path)
    return pd.Series(encoding.lengths >= most, encoding.ids)


def main(snakemake):
    files, params = snakemake.input, snakemake.params
    runs = predictions_by_model(params.runs, files.predictions)
    split = read_table(files.split, SPLIT)
    limits = [read_json(summary)["maximum_length"] for summary in files.get("summaries", [])]
    encodings = zip(files.get("encodings", []), limits, strict=True)
    cut = {Path(path).parent.name: _cut(path, most) for path, most in encodings if most}
    noise, doubtful = measure_label_noise(runs, split, candidates=params.candidates)
    scrutiny = {
        "subgroups": compare_subgroups(runs, split, cut=cut, encodings=params.encodings),
        "label_noise": noise,
        "class_shares": shift_classes(runs, split, choices=params.choices),
    }
    write_rows(snakemake.output.doubtful, list(doubtful), doubtful.itertuples(index=False))
    write_json(snakemake.output.scrutiny, scrutiny)


run(main, globals())
