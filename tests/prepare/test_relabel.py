"""Labels corrected by hand: written to a file, filled in, read back."""

import numpy as np
import pandas as pd
import pytest

from textstudy.errors import StudyError
from textstudy.evaluate.label_noise import COLUMNS
from textstudy.prepare.loss_warnings import loss_warnings
from textstudy.prepare.relabel import DROP, read_corrections, relabel
from textstudy.report.schema.ledger import LedgerLine
from textstudy.storage.spreadsheet import read_rows, write_rows

LABELS = {"animals", "=plants", "stones"}


def split():
    rows = [("a", "animals", "train"), ("-b", "animals", "test"), ("c\nd", "stones", "test"),
            ("e", "=plants", "validation"), ("f", "=plants", "test")]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["id", "label", "split"])
    return frame.assign(text=[f"text {name}" for name in frame["id"]], cluster=frame["id"])


def corrections(tmp_path, rows, identifiers=None):
    path = tmp_path / "fixed.csv"
    write_rows(path, ["id", "text", "new_label"], [(name, "…", label) for name, label in rows])
    return read_corrections(path, split()["id"] if identifiers is None else identifiers, LABELS)


def test_a_file_is_written_filled_in_and_read_back(tmp_path):
    """As a person does it: the file of doubtful labels, with some new labels, becomes the file of corrections."""
    path = tmp_path / "doubtful_labels.csv"
    doubtful = split().assign(suggested="=plants", probability=0.9, new_label="")[COLUMNS]
    write_rows(path, COLUMNS, doubtful.itertuples(index=False))
    written = [cells for _, cells in read_rows(path, COLUMNS)]
    assert [row[0] for row in written] == list(split()["id"]) and written[3][3] == "=plants"
    filled = [[*row[:-1], {"-b": "=plants", "c\nd": "DROP ", "e": "=plants"}.get(row[0], "")] for row in written]
    write_rows(path, COLUMNS, filled)
    found = read_corrections(path, split()["id"], LABELS)
    assert found == {"-b": "=plants", "c\nd": DROP, "e": "=plants"}
    table, lines = relabel(split(), found, "fixed.csv")
    assert dict(zip(table["id"], table["label"], strict=True)) == {
        "a": "animals", "-b": "=plants", "e": "=plants", "f": "=plants",
    }  # fmt: skip
    assert list(table["split"]) == ["train", "test", "validation", "test"] and list(table.index) == [0, 1, 2, 3]
    first, second = lines
    assert first["reason"] == "labels corrected by hand: 0 of train, 0 of validation, 1 of test"
    assert (first["changed"], first["documents_in"], first["documents_out"]) == (1, 5, 5)
    assert first["by_label"] == {"=plants": 3, "animals": 1, "stones": 1} and first["dropped_by_label"] == {
        "animals": 1
    }
    assert (second["documents_out"], second["dropped_by_label"]) == (4, {"stones": 1})
    for line in lines:
        LedgerLine.model_validate(line)


def test_an_empty_file_changes_nothing(tmp_path):
    found = corrections(tmp_path, [("a", ""), ("f", "  ")])
    table, (line,) = relabel(split(), found, "fixed.csv")
    assert found == {} and table.equals(split()) and line["changed"] == 0


def test_corrections_of_documents_that_are_gone_are_counted(tmp_path):
    found = corrections(tmp_path, [("gone", "stones"), ("a", "stones")], [*split()["id"], "gone"])
    _, (line,) = relabel(split(), found, "fixed.csv")
    assert line["reason"].endswith("; 1 in fixed.csv are of documents that earlier steps dropped")
    assert line["changed"] == 1


def test_a_class_that_is_corrected_away_is_lost(tmp_path):
    _, lines = relabel(split(), corrections(tmp_path, [("c\nd", "animals")]), "fixed.csv")
    (warning,) = [each for each in loss_warnings(lines) if each["kind"] == "class lost"]
    assert warning["labels"] == ["stones"]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("x", "stones")], "line 2: the corpus has no document 'x': correct the id (spreadsheets change ids"),
        ([("a", "stone")], "line 2: 'stone' is no class of the corpus: write =plants, animals, stones, or DROP"),
        ([("a", ""), ("a", "stones")], "document 'a' stands twice, in lines 2 and 3: remove one."),
    ],
)
def test_what_cannot_be_used_is_one_sentence(tmp_path, rows, sentence):
    with pytest.raises(StudyError) as error:
        corrections(tmp_path, rows)
    assert sentence in str(error.value)


def test_a_class_called_drop_is_refused(tmp_path):
    write_rows(tmp_path / "fixed.csv", ["id", "new_label"], [("a", "")])
    with pytest.raises(StudyError, match="A class is called DROP"):
        read_corrections(tmp_path / "fixed.csv", ["a"], {*LABELS, DROP})


def test_the_order_of_rows_does_not_matter(tmp_path):
    rows = [("a", "stones"), ("f", DROP), ("e", "animals")]
    tables = [relabel(split(), corrections(tmp_path, order), "x")[0] for order in (rows, rows[::-1])]
    assert tables[0].equals(tables[1]) and np.array_equal(
        tables[0]["label"], ["stones", "animals", "stones", "animals"]
    )
