"""What the scores hide: subgroups, wrong labels, other shares of classes; and the labels that a person should read."""

from pathlib import Path

import pandas as pd

from job import run
from textstudy.encode.table import read_encoding
from textstudy.encode.windows import Windows
from textstudy.evaluate.class_shares import shift_classes
from textstudy.evaluate.label_noise import measure_label_noise
from textstudy.evaluate.predictions import predictions_by_model
from textstudy.evaluate.subgroups import compare_subgroups
from textstudy.evaluate.truncation import cut_documents, measure_truncation
from textstudy.storage.files import read_json, write_json
from textstudy.storage.spreadsheet import write_rows
from textstudy.storage.tables import SPLIT, read_table


def _lengths(path, summary):
    """By id, the tokens of a document that the encoding reads."""
    encoding = read_encoding(path)
    return pd.Series(Windows.of(summary).lengths(encoding.lengths, summary["maximum_length"]), encoding.ids)


def main(snakemake):
    files, params = snakemake.input, snakemake.params
    runs = predictions_by_model(params.runs, files.predictions)
    split = read_table(files.split, SPLIT)
    found = zip(files.get("encodings", []), map(read_json, files.get("summaries", [])), strict=True)
    # An encoding without a longest length cuts nothing.
    cutting = {Path(path).parent.name: (path, summary) for path, summary in found if summary["maximum_length"]}
    lengths = {name: _lengths(path, summary) for name, (path, summary) in cutting.items()}
    limits = {name: summary["maximum_length"] for name, (_, summary) in cutting.items()}
    cut = cut_documents(lengths, limits)
    models = {"encodings": params.encodings, "pairs": params.window_pairs}
    noise, doubtful = measure_label_noise(runs, split, candidates=params.candidates)
    scrutiny = {
        "subgroups": compare_subgroups(runs, split, cut=cut, encodings=params.encodings),
        "truncation": measure_truncation(runs, split, lengths=lengths, limits=limits, **models),
        "label_noise": noise,
        "class_shares": shift_classes(runs, split, choices=params.choices),
    }
    write_rows(snakemake.output.doubtful, list(doubtful), doubtful.itertuples(index=False))
    write_json(snakemake.output.scrutiny, scrutiny)


run(main, globals())
