"""Answers for texts in any form: each row gets one, and an interruption changes no byte."""

import gzip
import io
import itertools
import json
import os
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from textstudy.errors import StudyError
from textstudy.evaluate.promises import USUAL_ERROR
from textstudy.storage.spreadsheet import read_rows as read_spreadsheet
from textstudy.use import predict
from textstudy.use.classifier import TextClassifier
from textstudy.use.inputs import read_rows
from textstudy.use.outputs import Answer
from textstudy.use.predict import predict_texts

TEXTS = ["The ball is red", 'a "quoted", text\nof two lines', "", "--", "=1+2", "é wild"]
ROWS = pd.DataFrame({"key": [f"k{n}" for n in range(len(TEXTS))], "body": TEXTS, "year": range(len(TEXTS))})


class Model(TextClassifier):
    """Reads the length of a text, so that every answer can be checked; breaks off when it is told to."""

    def __init__(self, **settings) -> None:
        super().__init__(
            name="length", title="Length", labels=["=long", "short"], clean=lambda text: text.strip("- \n"),
            predict_clean=self.read, load_explainer=None, find_digest=lambda: "abc",
            find_full=lambda texts: np.array([len(text) > 25 for text in texts]), **settings,
        )  # fmt: skip
        self.batches, self.stop_at = [], None

    def read(self, texts) -> np.ndarray:
        if len(self.batches) == self.stop_at:
            raise KeyboardInterrupt
        self.batches.append(texts)
        long = np.array([min(len(text), 40) / 41 for text in texts], np.float32)
        return np.stack([long, 1 - long], axis=1)


@pytest.fixture
def model(monkeypatch) -> Model:
    made = Model(columns={"text": ["none", "body"], "identifier": "key"})
    monkeypatch.setattr(predict, "load", lambda path, model: made)
    return made


def answers_of(source, output: Path, **options) -> list[dict]:
    assert predict_texts(Path("model"), str(source), output=output, **options)
    return [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]


def write_json(path: Path, rows) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl", ".parquet", ".csv.gz", ".jsonl.gz"])
def test_each_form_of_a_table_gets_the_same_answers(model, ending, tmp_path):
    path = tmp_path / f"in{ending}"
    if ".jsonl" in ending:
        ROWS.to_json(path, orient="records", lines=True)
    elif ending == ".parquet":
        ROWS.to_parquet(path)
    else:
        ROWS.to_csv(path, index=False, sep="\t" if ending == ".tsv" else ",")
    found = answers_of(path, tmp_path / "out.jsonl", below=0.6)
    assert [row["id"] for row in found] == ROWS["key"].tolist()
    assert [row["note"] for row in found] == ["", "", "no text", "no text left after cleaning", "", ""]
    assert [row["label"] for row in found] == ["short", "=long", None, None, "short", "short"]
    assert np.float32(found[0]["probability"]) == np.float32(1) - np.float32(15 / 41)
    assert [row["unsure"] for row in found] == [False, False, None, None, False, False]
    assert model.batches == [[text for text in TEXTS if text.strip("-")]]


def test_each_form_of_the_output_holds_the_same(model, tmp_path):
    ROWS.to_parquet(tmp_path / "in.parquet")
    plain = answers_of(tmp_path / "in.parquet", tmp_path / "out.jsonl")
    for ending in ("csv", "parquet"):
        predict_texts(Path("model"), str(tmp_path / "in.parquet"), output=tmp_path / f"out.{ending}")
    parquet = pd.read_parquet(tmp_path / "out.parquet")
    assert parquet["probability"].dtype == np.float32
    assert parquet.astype(object).where(parquet.notna(), None)["label"].tolist() == [row["label"] for row in plain]
    written = (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    assert "k1,'=long,0.7073170" in written and ",=" not in written
    table = read_spreadsheet(tmp_path / "out.csv", Answer._fields)
    assert [cells[1] or None for _, cells in table] == [row["label"] for row in plain]
    assert [float(cells[2] or "nan") for _, cells in table][0] == plain[0]["probability"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet", "out.csv", "out.jsonl", "out.parquet"]


def test_a_row_that_cannot_be_read_is_an_answer_with_its_place(model, tmp_path):
    path = tmp_path / "in.jsonl"
    lines = [b'{"body": "one"}', b"{oh", b"[1]", b'{"body": ["a", "b"]}', b"", b'{"body": "\xff"}', b'{"no": 1}',
             b'{"body": "\\ud83d half"}', b'{"body": "two", "body": "three"}', b'{"body": 4.0}', b"{"]  # fmt: skip
    path.write_bytes(b"\n".join(lines))
    found = answers_of(path, tmp_path / "out.jsonl")
    assert [row["id"] for row in found] == [str(number) for number in range(10)], "the blank line is no row"
    starts = ["", "line 2 is not JSON", "line 3 is a list", "line 4 has a list (['a', 'b']) in column 'body'",
              "line 6 is not in UTF-8", "no text", "", "line 9 is not JSON (the key 'body' stands twice)", "",
              "line 11 is not JSON"]  # fmt: skip
    for row, start in zip(found, starts, strict=True):
        assert row["note"].startswith(start) and bool(row["note"]) == bool(start) == (row["label"] is None)
    assert model.batches == [["one", "? half", "4"]]


def test_so_is_one_of_a_csv_file(model, tmp_path, capsys):
    path = tmp_path / "in.csv"
    path.write_bytes(b'body,key\none,a\n"open,b\ntwo,c,d\nthr\xe9,e\n"x ""y""",f\n')
    found = answers_of(path, tmp_path / "out.jsonl")
    assert [(row["id"], row["note"][:23]) for row in found] == [
        ("a", ""), ("", "line 3 has an opening q"), ("", "line 4 has 3 cells, but"), ("e", "line 5 is not in UTF-8"),
        ("f", ""),
    ]  # fmt: skip
    assert "5 rows: 2 predicted, 3 could not be read (their notes say why)." in capsys.readouterr().err


def test_so_many_rows_may_be_unreadable_as_there_are(model, tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text("{\n" * 10_500 + '{"body": "one"}\n')
    assert [row["id"] for row in answers_of(path, tmp_path / "out.jsonl") if row["label"]] == ["10500"]


def test_a_folder_of_texts(model, tmp_path):
    (tmp_path / "in/sub").mkdir(parents=True)
    for name, content in {"a.txt": b"one\r\n", "sub/b": b"\xff", "c.txt": b"", "d.pdf": b"%PDF"}.items():
        (tmp_path / "in" / name).write_bytes(content)
    found = answers_of(tmp_path / "in", tmp_path / "out.jsonl")
    assert [(row["id"], row["note"].partition(" (")[0]) for row in found] == [
        ("a.txt", ""), ("c.txt", "no text"), ("sub/b", "file 'sub/b' is not in utf-8"),
    ]  # fmt: skip


def test_a_folder_of_tables_one_of_which_is_damaged(model, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    write_json(folder / "a.jsonl", [{"body": "one"}, {"body": "two"}])
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(b'{"body": "three"}\n' * 50)[:-9])
    write_json(folder / "c.jsonl", [{"text of it": "four", "n": 1}])
    found = answers_of(folder, tmp_path / "out.jsonl")
    assert [row["id"] for row in found if row["label"]] == ["a.jsonl/0", "a.jsonl/1", "c.jsonl/0"]
    assert [row["note"][-50:] for row in found if row["note"]][0].endswith("replace or rename it.")
    with pytest.raises(StudyError, match="b.jsonl.gz is damaged"):
        answers_of(folder / "b.jsonl.gz", tmp_path / "single.jsonl")


OBJECTS = b'{"body": "one", "key": "a"}\n{"body": ""}\n{\n{"body": "b"}'


@pytest.mark.parametrize(
    ("given", "ids"), [(b"one\n\ntwo \xff\nthree", ["0", "1", "2", "3"]), (OBJECTS, ["a", "", "", ""])]
)
def test_standard_input_holds_texts_or_objects(model, given, ids, monkeypatch, capsysbinary):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
    assert predict_texts(Path("model"), "-")
    said = capsysbinary.readouterr()
    lines = said.out.decode().splitlines()
    assert lines[0] == "id,label,probability,unsure,note" and [line.split(",")[0] for line in lines[1:]] == ids
    assert b"4 rows: 2 predicted, 1 without text after cleaning, 1 could not be read" in said.err


def test_rows_are_read_as_they_come():
    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer) -> int:
            buffer[:8] = b"a text \n"
            return 8

    rows = read_rows(io.BufferedReader(Endless()), {}, print)
    assert [row.text for row in itertools.islice(rows, 3)] == ["a text "] * 3


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_an_interruption_changes_no_byte_and_nothing_is_predicted_twice(model, ending, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(predict, "BATCH", 7)
    path = write_json(tmp_path / "in.jsonl", ({"body": "x" * (n % 50)} for n in range(60)))
    path.write_text(path.read_text() + "{bad\n")
    whole, output = tmp_path / f"whole.{ending}", tmp_path / f"out.{ending}"
    predict_texts(Path("model"), str(path), output=whole, below=0.5)
    undisturbed, model.batches = model.batches, []
    told = capsys.readouterr().err
    for stop in range(9):
        model.stop_at = stop
        with pytest.raises(StudyError, match=r"stopped; the same command goes on with .*\.part"):
            predict_texts(Path("model"), str(path), output=output, below=0.5)
        assert not output.exists()
        with (tmp_path / f"out.{ending}.part").open("ab") as part:
            part.write(b"half a ro")  # a batch that was not written as a whole
    model.stop_at = None
    predict_texts(Path("model"), str(path), output=output, below=0.5)
    assert output.read_bytes() == whole.read_bytes() and model.batches == undisturbed
    assert capsys.readouterr().err.endswith(told.splitlines()[-1] + "\n"), "the same summary"
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([path.name, whole.name, output.name])


@pytest.mark.parametrize("changed", ["input", "model", "below", "state"])
def test_what_was_left_of_another_prediction_is_not_used(model, changed, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(predict, "BATCH", 2)
    path = write_json(tmp_path / "in.jsonl", [{"body": "x" * n} for n in range(1, 7)])
    model.stop_at = 2
    with pytest.raises(StudyError):
        answers_of(path, tmp_path / "out.jsonl")
    model.stop_at, model.batches = None, []
    if changed == "input":
        write_json(path, [{"body": "y" * n} for n in range(1, 7)])
    elif changed == "model":
        model.__dict__["digest"] = "abd"
    elif changed == "state":
        state = tmp_path / "out.jsonl.part.json"
        state.write_text(state.read_text().replace('"batches": 2', '"batches": 1'))
    found = answers_of(path, tmp_path / "out.jsonl", below=0.5 if changed == "below" else None)
    assert len(found) == 6 and len(model.batches) == 3
    assert ("of another input, model or option, so it starts anew" in capsys.readouterr().err) == (changed != "state")


def test_a_threshold_is_the_option_or_else_that_of_the_model(model):
    probabilities = np.array([0.5, 0.7], np.float32)
    assert predict.is_unsure(model, probabilities, None) == [None, None]
    model.thresholds = {USUAL_ERROR: 0.8}
    assert predict.is_unsure(model, probabilities, None) == [True, True]
    assert predict.is_unsure(model, probabilities, 0.6) == [True, False]


def test_the_summary_counts_what_a_reader_must_know(model):
    rows = list(read_rows(io.BytesIO(b"short\n" + b"l" * 30 + b"\n\n\xff\n" + b"m" * 21), {}, print))
    counts: Counter = Counter()
    predict.answer(model, rows, 0.6, counts)
    assert predict.summary(counts) == (
        "5 rows: 3 predicted, 1 without text after cleaning, 1 could not be read (their notes say why), 1 unsure, "
        "1 as long as the model reads at most (it reads no further)."
    )


def test_the_column_of_the_texts_is_named_seen_or_guessed(model, tmp_path, capsys):
    rows = [{"subject": f"s{n}", "message": f"one two three {n}", "n": n} for n in range(9)]
    path = write_json(tmp_path / "in.jsonl", rows)
    answers_of(path, tmp_path / "out.jsonl")
    assert "Texts are read from the column 'message' of" in capsys.readouterr().err
    answers_of(path, tmp_path / "out.jsonl", text="subject")
    assert model.batches[-1][0] == "s0" and "read from" not in capsys.readouterr().err
    model.columns = {"text": "message", "title": "subject"}
    answers_of(path, tmp_path / "out.jsonl")
    assert model.batches[-1][0] == "s0\n\none two three 0" and "'subject' of" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"text": "bodi"}, "--text names the column 'bodi', which .*in.jsonl does not have: did you mean 'body'"),
        ({"output": "out.xlsx"}, "out.xlsx has no known format: let it end in .csv, .jsonl, .parquet"),
        ({"output": "in.jsonl"}, "in.jsonl is the input or lies in it: name another file with --out"),
        ({"source": "empty", "output": "empty/out.csv"}, "empty/out.csv is the input or lies in it"),
        ({"source": "no.csv"}, "no.csv does not exist: give a table, a folder, or - for standard input"),
        ({"source": "latin.csv"}, "latin.csv is not in UTF-8: convert it"),
        ({"source": "semicolon.csv"}, "seems to have ';' between its cells"),
        ({"source": "empty"}, "empty holds neither tables nor text files"),
    ],
)
def test_a_mistake_is_one_sentence(model, given, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkdir("empty")
    write_json(Path("in.jsonl"), [{"body": "one"}])
    Path("latin.csv").write_bytes("body,prénom\nx,y\n".encode("latin-1"))
    Path("semicolon.csv").write_text("body;key\nx;y\n")
    options = {"source": "in.jsonl", "output": "out.csv", "text": None} | given
    with pytest.raises(StudyError, match=told):
        predict_texts(Path("model"), options["source"], output=Path(options["output"]), text=options["text"])
    assert json.loads(Path("in.jsonl").read_text()) == {"body": "one"}


def test_nothing_predicted_is_no_success(model, tmp_path):
    write_json(tmp_path / "in.jsonl", [{"body": ""}])
    assert not predict_texts(Path("model"), str(tmp_path / "in.jsonl"), output=tmp_path / "out.csv")


def test_two_cannot_write_one_file(model, tmp_path, monkeypatch):
    path, output = write_json(tmp_path / "in.jsonl", [{"body": "one"}]), tmp_path / "out.csv"
    monkeypatch.setattr(model, "_predict_clean", lambda texts: predict_texts(Path("model"), str(path), output=output))
    with pytest.raises(StudyError, match=r"out.csv.part is being written by another process"):
        predict_texts(Path("model"), str(path), output=output)
