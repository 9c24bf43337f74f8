"""Your own tables: every format gives the same documents, and every mistake is explained."""

import gzip
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from textstudy.corpora import rows as row_reader
from textstudy.corpora import table, tables
from textstudy.errors import StudyError
from textstudy.fetch.fetch import fetch
from textstudy.storage.table_files import FORMATS
from textstudy.storage.tables import DOCUMENTS

DEFAULTS = {
    "path": None, "resource": None, "hub": None, "text": "text", "label": "label", "split": None, "identifier": None,
    "title": None, "labels": None, "sample": None, "quoting": None, "configuration": None, "revision": None,
    "splits": None, "group": None, "time": None,
}  # fmt: skip
COLUMNS = DEFAULTS | {"text": "review", "label": "stars"}
ROWS = pd.DataFrame(
    {
        "review": ['It "works", mostly', "two\nlines", "NA", "", "naïve 日本"],
        "stars": [5, 1, 5, 1, 5],
        "headline": ["Good", "", "Null", "Only a title", "Ω"],
        "part": ["training", "Dev", "test", "", "train"],
        "key": ["a", "b", "c", "d", "007"],
    }
)


def write(folder: Path, name: str, rows: pd.DataFrame = ROWS) -> Path:
    """Write `rows` in the format and compression that `name` ends with."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    extension = name.removesuffix(".gz").rpartition(".")[2]
    if extension == "parquet":
        rows.to_parquet(folder / "plain", index=False)
        content = (folder / "plain").read_bytes()
        (folder / "plain").unlink()
    elif extension == "jsonl":
        content = rows.to_json(orient="records", lines=True, force_ascii=False).encode()
    else:
        content = rows.to_csv(index=False, sep="\t" if extension == "tsv" else ",").encode()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


@pytest.mark.parametrize("ending", [extension + zipped for extension in FORMATS for zipped in ("", ".gz")])
def test_every_format_gives_the_same_documents(tmp_path, ending):
    path = write(tmp_path, f"mine{ending}")
    settings = {"split": "part", "identifier": "key", "title": "headline", "quoting": True if "tsv" in ending else None}
    documents = table.read(path, COLUMNS | settings)
    DOCUMENTS.validate(documents)
    assert documents.to_dict("list") == {
        "id": ["a", "b", "c", "d", "007"],
        "text": [
            'Good\n\nIt "works", mostly', "two\nlines", "Null\n\nNA", "Only a title", "Ω\n\nnaïve 日本",
        ],
        "label": ["5", "1", "5", "1", "5"],
        "official_split": ["train", "validation", "test", "", "train"],
    }  # fmt: skip


def test_without_the_optional_columns_rows_are_numbered(tmp_path):
    documents = table.read(None, COLUMNS | {"path": str(write(tmp_path, "mine.csv"))})
    assert documents["id"].tolist() == ["0", "1", "2", "3", "4"]
    assert set(documents["official_split"]) == {""}
    assert documents["text"].tolist() == ROWS["review"].tolist()


def test_groups_and_times_are_columns_of_their_own(tmp_path):
    rows = ROWS.assign(user=["u1", " u1", 7, None, ""], day=["2024-05-31", 2023, "", None, "1400000000"])
    path = write(tmp_path, "mine.csv", rows)
    settings = COLUMNS | {"path": str(path), "group": ["user", "part"], "time": "day"}
    documents = DOCUMENTS.validate(table.read(None, settings))
    assert documents["group_user"].tolist() == ["u1", "u1", "7", "", ""]
    assert documents["group_part"].tolist() == ["training", "Dev", "test", "", "train"]
    days = ["2024-05-31", "2023-01-01", None, None, "2014-05-13"]
    assert documents["time"].dt.strftime("%Y-%m-%d").replace({float("nan"): None}).tolist() == days
    one = table.read(None, settings | {"group": "user", "time": None})
    assert list(one.columns) == ["id", "text", "label", "official_split", "group_user"]


def test_dates_of_parquet_are_times(tmp_path):
    path = write(tmp_path, "mine.parquet", ROWS.assign(day=pd.to_datetime(["2024-05-31T10:30"] * 4 + [None])))
    documents = table.read(None, COLUMNS | {"path": str(path), "time": "day"})
    assert list(map(str, documents["time"])) == ["2024-05-31 10:30:00+00:00"] * 4 + ["NaT"]


def test_a_time_that_cannot_be_read_is_explained(tmp_path):
    path = write(tmp_path, "mine.csv", ROWS.assign(day=["2024-05-31", "", "31.05.2024", "later", ""]))
    message = r"mine.csv has 2 rows .* line 5 has the time '31.05.2024' in column 'day'.* it as 2024-05-31"
    with pytest.raises(StudyError, match=message):
        table.read(None, COLUMNS | {"path": str(path), "time": "day"})


def test_folder_reads_every_table_in_it_and_takes_splits_from_their_names(tmp_path):
    write(tmp_path, "data/test-00000.parquet", ROWS[3:])
    write(tmp_path, "data/train-00000-of-00002.parquet", ROWS[:2])
    write(tmp_path, "data/train-00001-of-00002.parquet", ROWS[2:3])
    (tmp_path / "data" / "README.md").write_text("not a table")
    documents = table.read(tmp_path / "data", COLUMNS)
    assert documents["official_split"].tolist() == ["test", "test", "train", "train", "train"]
    assert documents["id"].tolist()[:3] == [
        "test-00000.parquet/0", "test-00000.parquet/1", "train-00000-of-00002.parquet/0",
    ]  # fmt: skip
    assert documents["id"].is_unique


def test_folder_with_a_file_name_that_is_not_in_utf_8_is_explained(tmp_path):
    """Its name would begin the ids of its documents, which Parquet stores as UTF-8."""
    try:
        write(tmp_path, "train.csv").rename(tmp_path / "caf\udce9.csv")
    except OSError:
        pytest.skip("the file system takes names in UTF-8 only")
    with pytest.raises(StudyError, match=r"'caf\\udce9.csv' in .* is not in UTF-8: rename"):
        table.read(tmp_path, COLUMNS)


def test_first_of_several_names_of_a_column_is_taken(tmp_path):
    documents = table.read(write(tmp_path, "mine.csv"), COLUMNS | {"text": ["content", "review", "headline"]})
    assert documents["text"].tolist() == ROWS["review"].tolist()


def test_gaps_become_empty_text_and_integers_with_gaps_stay_integers(tmp_path):
    rows = pd.DataFrame({"review": ["one", None, "three"], "stars": [1.0, 2.0, 3.5]})
    documents = table.read(write(tmp_path, "mine.parquet", rows), COLUMNS)
    assert documents["text"].tolist() == ["one", "", "three"]
    assert documents["label"].tolist() == ["1", "2", "3.5"]


def test_strings_stored_as_bytes_are_text(tmp_path):
    rows = pd.DataFrame({"review": ["café".encode(), None], "stars": [b"good", b"bad"], "picture": [b"\xff\xd8"] * 2})
    documents = table.read(write(tmp_path, "mine.parquet", rows), COLUMNS)
    assert documents[["text", "label"]].values.tolist() == [["café", "good"], ["", "bad"]]
    with pytest.raises(
        StudyError, match=r"mine.parquet has 2 rows .*row 0 .* is not in UTF-8 .*'picture'.* convert it"
    ):
        table.read(tmp_path / "mine.parquet", COLUMNS | {"title": "picture"})


def test_blanks_around_a_label_are_no_part_of_it(tmp_path):
    rows = pd.DataFrame({"review": ["a", "b", "c"], "stars": [" spam", "spam ", "ham"]})
    for extension in FORMATS:
        path = write(tmp_path, f"mine{extension}", rows)
        assert table.read(path, COLUMNS)["label"].tolist() == ["spam", "spam", "ham"]
        named = table.read(path, COLUMNS | {"labels": {"spam ": "unwanted", "ham": "wanted"}})
        assert named["label"].tolist() == ["unwanted", "unwanted", "wanted"]
        path = write(tmp_path, f"mine{extension}", rows.replace("ham", "  "))
        with pytest.raises(
            StudyError, match=r"(Row 2 \(counted from 0\)|Line [34]) of .* has no label in column 'stars'"
        ):
            table.read(path, COLUMNS)


def test_row_that_ends_early_has_gaps(tmp_path):
    (tmp_path / "mine.csv").write_text("stars,review,headline\n1,one,Good\n2,two\n3\n")
    documents = table.read(tmp_path / "mine.csv", COLUMNS | {"title": "headline"})
    assert documents["text"].tolist() == ["Good\n\none", "two", ""]


@pytest.mark.parametrize("extension", ["csv", "tsv"])
def test_stray_quotation_mark_hides_no_rows(tmp_path, extension):
    """A lenient reader finds two rows instead of five, because the second mark ends the cell of the first one."""
    lines = ["review\tstars", '"Great movie\tpos', "bad film\tneg", "awful\tneg", '" art film\tneg', "last\tpos"]
    path = tmp_path / f"mine.{extension}"
    separator = "\t" if extension == "tsv" else ","
    path.write_text("\n".join(["review\tstars", "fine\tpos", *lines[1:]]).replace("\t", separator))
    with pytest.raises(StudyError) as caught:
        table.read(path, COLUMNS | {"quoting": True})
    assert "2 rows" in str(caught.value)
    for line in (3, 6):
        assert f"line {line} has an opening quotation mark" in str(caught.value)


def test_a_quoted_cell_that_holds_other_rows_stops_the_run(tmp_path):
    """It closes where a later line happens to end with a quotation mark."""
    lines = [
        "stars,review",
        "pos,fine",
        'neg,"so he said',
        "pos,great film",
        "neg,it was bad",
        'neg,that is it"',
        "pos,ok",
    ]
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(lines))
    with pytest.raises(
        StudyError, match="Line 3 of .* begins a cell that holds what looks like other rows, of label 'pos'"
    ):
        table.read(path, COLUMNS)
    assert len(table.read(path, COLUMNS | {"quoting": False})) == 6
    assert len(table.read(path, COLUMNS | {"quoting": True})) == 3
    path.write_text('stars,review\npos,"a, b\nc, d\ne, f"\nneg,"one\n\nneg\ntwo, three, pos"\n')
    assert len(table.read(path, COLUMNS)) == 2


@pytest.mark.parametrize("extension", ["csv", "tsv"])
def test_quoted_cells_may_hold_any_text(tmp_path, extension):
    texts = ['a, "c"\nd, e, f\n"', '"', '""', " ", "\r\n", 'half a "mark', "x" * 200_000, "\ufeff"]
    rows = pd.DataFrame({"review": texts, "stars": "x"})
    documents = table.read(write(tmp_path, f"mine.{extension}", rows), COLUMNS | {"quoting": True})
    assert documents["text"].tolist() == texts


def test_marks_inside_a_cell_that_does_not_begin_with_one_are_text(tmp_path):
    (tmp_path / "mine.tsv").write_text('review\tstars\na 12" disc\tx\nsaid "no"\tx\n"whole"\tx\n')
    for quoting, whole in ((True, "whole"), (None, '"whole"')):
        documents = table.read(tmp_path / "mine.tsv", COLUMNS | {"quoting": quoting})
        assert documents["text"].tolist() == ['a 12" disc', 'said "no"', whole]


def test_blank_lines_byte_order_marks_and_columns_without_names_do_no_harm(tmp_path):
    (tmp_path / "mine.csv").write_text("\ufeffreview,stars,,,\n\na,1,,,9\r\n  \nb,2\n", newline="")
    documents = table.read(tmp_path / "mine.csv", COLUMNS)
    assert documents[["id", "text", "label"]].values.tolist() == [["0", "a", "1"], ["1", "b", "2"]]


def test_a_message_with_a_line_that_could_be_a_row_is_a_text(tmp_path):
    """The tutorial's messages name other newsgroups, which are labels, behind a comma."""
    text = "From: Ada\nNewsgroups: sport,film\nSubject: lenses\n\nWhich one?"
    rows = pd.DataFrame({"review": [text, "a short one", "another"], "stars": ["sport", "film", "sport"]})
    documents = table.read(write(tmp_path, "mine.csv", rows), COLUMNS)
    assert documents["text"].tolist() == rows["review"].tolist()


def test_every_format_needs_quoting_to_hold_a_line_break_or_says_so(tmp_path):
    with pytest.raises(StudyError, match="Line 3 of .*mine.tsv has 1 cell, but .* names 5.*`quoting: true`"):
        table.read(write(tmp_path, "mine.tsv"), COLUMNS)


def test_lone_surrogate_of_json_can_be_stored(tmp_path):
    path = tmp_path / "mine.jsonl"
    path.write_text('{"review": "bad \\ud800 half", "stars": "x"}\n\n{"stars": "y"}\n')
    documents = table.read(path, COLUMNS)
    documents.to_parquet(tmp_path / "stored.parquet")
    assert documents["text"].tolist() == ["bad ? half", ""]


def test_sample_of_a_stream_is_stratified_and_reads_in_chunks(tmp_path, monkeypatch):
    monkeypatch.setattr(row_reader, "CHUNK", 100)
    rows = pd.DataFrame({"review": [f"text {n}" for n in range(2000)], "stars": [int(n % 4 == 0) for n in range(2000)]})
    settings = COLUMNS | {"sample": {"size": 200, "parts": None, "seed": 5}}
    by_format = [table.read(write(tmp_path, f"mine{extension}", rows), settings) for extension in FORMATS]
    assert by_format[0]["label"].value_counts().to_dict() == {"0": 150, "1": 50}
    assert all(documents.equals(by_format[0]) for documents in by_format[1:])
    assert by_format[0]["id"].astype(int).is_monotonic_increasing
    assert (by_format[0]["text"] == "text " + by_format[0]["id"]).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"label": "star"}, r"`label` names the column 'star', which .*mine.csv does not have: choose from 'review', "),
        ({"group": ["stars", "who"]}, "`group` names the column 'who'"),
        ({"title": "subject"}, "`title` names the column 'subject'"),
        ({"text": ["a", "b"]}, "`text` names the column 'a' or 'b'"),
        ({"split": "headline"}, r"mine.csv has 4 rows .* line 2 has the split 'Good'; .* use train, training"),
        ({"identifier": "stars"}, "column 'stars' of .*mine.csv has the id '5' twice"),
        ({"label": "part"}, r"Line 6 of .*mine.csv has no label in column 'part': fill"),
    ],
)
def test_mistakes_in_the_settings_are_explained(tmp_path, settings, message):
    with pytest.raises(StudyError, match=message):
        table.read(write(tmp_path, "mine.csv"), COLUMNS | settings)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("mine.csv", b"", "mine.csv is empty"),
        ("mine.csv", b"review,stars\n", "mine.csv has no rows"),
        ("mine.csv", b"review,stars\ncaf\xe9,1\n", "not in UTF-8"),
        ("mine.csv", b"\n\n", "mine.csv is empty"),
        ("mine.csv", b'review,stars\n"never closed,1\n', "Line 2 of .*mine.csv has an opening quotation mark"),
        ("mine.csv", b"review,stars\na,1\nb,1,2,3\n", "Line 3 of .*mine.csv has 4 cells, but the first line names 2"),
        ("mine.csv", b"review,stars\nyes, and no,1\nb,1\n", "Line 2 of .*mine.csv has 3 cells, but the first line"),
        ("mine.jsonl", b'{"review": "a", "stars": 1}\n{"review": \n', "Line 2 of .*mine.jsonl is not JSON"),
        ("mine.jsonl", b"[1, 2]\n", "Line 1 of .*mine.jsonl is a list: put one object"),
        ("mine.jsonl", b'{"review": "caf\xe9", "stars": 1}\n', "not in UTF-8"),
        ("mine.parquet", b"PAR1 and then nothing", "damaged or is not a .parquet file"),
        ("mine.csv.gz", gzip.compress(b"review,stars\na,1\n" * 99, mtime=0)[:-12], "damaged or is not a .csv file"),
        ("mine.csv.gz", b"review,stars\na,1\n", "damaged or is not a .csv file"),
        ("mine.xlsx", b"", "cannot be read: use a file that ends in .csv"),
    ],
)
def test_damaged_files_are_explained(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(StudyError, match=message):
        table.read(tmp_path / name, COLUMNS)


def test_nothing_to_read_is_explained(tmp_path):
    with pytest.raises(StudyError, match="nowhere.csv, which does not exist"):
        table.read(tmp_path / "nowhere.csv", COLUMNS)
    with pytest.raises(StudyError, match="holds no table: add files that end in .csv"):
        table.read(tmp_path, COLUMNS)


MORE = [
    ({"review": ["a", "b", "c"], "stars": [["x"], [], ["x", "y"]]}, "3 rows .* has a list .* in column 'stars'"),
    ({"review": ["a", "b"], "stars": [{"name": "x"}, {"name": "y"}]}, "2 rows .* has an object .*'name'.* 'stars'"),
    ({"review": [["a.", "b."], ["c."]], "stars": ["x", "y"]}, "2 rows .* has a list .* in column 'review'"),
    ({"review": [{"value": "a"}, {"value": "b"}], "stars": ["x", "y"]}, "has an object .* in column 'review'"),
]


@pytest.mark.parametrize(("columns", "message"), MORE)
@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_lists_and_objects_are_no_labels_and_no_texts(tmp_path, columns, message, ending):
    with pytest.raises(StudyError, match=message) as caught:
        table.read(write(tmp_path, f"mine.{ending}", pd.DataFrame(columns)), COLUMNS)
    assert ("line 1 " if ending == "jsonl" else "row 0 (counted from 0) ") in str(caught.value)
    assert "one text and one label" in str(caught.value)


def test_lists_in_other_columns_do_no_harm(tmp_path):
    rows = pd.DataFrame({"review": ["a", "b"], "stars": ["x", "y"], "tags": [["t"], []]})
    for ending in ("jsonl", "parquet"):
        assert len(table.read(write(tmp_path, f"mine.{ending}", rows), COLUMNS)) == 2


def test_true_is_true_in_every_format(tmp_path):
    rows = pd.DataFrame({"review": ["a", "b", "c"], "stars": [True, False, True]})
    for ending in ("jsonl", "parquet"):
        path = write(tmp_path, f"mine.{ending}", rows)
        assert table.read(path, COLUMNS)["label"].tolist() == ["true", "false", "true"]
    (tmp_path / "mine.jsonl").write_text('{"review": "a", "stars": true}\n{"review": "b", "stars": "true"}\n')
    assert table.read(tmp_path / "mine.jsonl", COLUMNS)["label"].tolist() == ["true", "true"]
    (tmp_path / "mine.jsonl").write_text('{"review": "a", "stars": true}\n{"review": "b", "stars": "True"}\n')
    with pytest.raises(StudyError, match="'True' .1. and 'true' .1."):
        table.read(tmp_path / "mine.jsonl", COLUMNS)


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "parquet"])
def test_labels_that_look_alike_stop_the_run_and_a_mapping_joins_them(tmp_path, ending):
    rows = pd.DataFrame({"review": list("abcde"), "stars": ["Spam", "spam", "spam\u200b", "ham", "Spam"]})
    path = write(tmp_path, f"mine.{ending}", rows)
    with pytest.raises(StudyError, match=r"'Spam' \(2\) and 'spam' \(1\) and 'spam\\u200b' \(1\)"):
        table.read(path, COLUMNS)
    labels = {"Spam": "spam", "spam": "spam", "spam\u200b": "spam", "ham": "ham"}
    assert table.read(path, COLUMNS | {"labels": labels})["label"].tolist() == ["spam", "spam", "spam", "ham", "spam"]


def test_labels_of_rows_that_a_sample_leaves_out_count_too(tmp_path):
    rows = pd.DataFrame({"review": [f"text {n}" for n in range(100)], "stars": ["a"] * 99 + ["A"]})
    sample = {"size": 10, "parts": None, "seed": 1}
    with pytest.raises(StudyError, match=r"'A' \(1\) and 'a' \(99\)"):
        table.read(write(tmp_path, "mine.csv", rows), COLUMNS | {"sample": sample})


def test_one_and_one_point_zero_are_one_label_or_an_error(tmp_path):
    (tmp_path / "mine.csv").write_text("review,stars\na,1\nb,1.0\nc,2\n")
    with pytest.raises(StudyError, match=r"'1' \(1\) and '1.0' \(1\)"):
        table.read(tmp_path / "mine.csv", COLUMNS)
    rows = pd.DataFrame({"review": ["a", "b"], "stars": [1.0, 1.5]})
    assert table.read(write(tmp_path, "mine.parquet", rows), COLUMNS)["label"].tolist() == ["1", "1.5"]


def test_two_columns_of_one_name_are_refused(tmp_path):
    (tmp_path / "mine.csv").write_text("review,stars,stars\na,1,2\n")
    columns = pa.array(["a"]), pa.array(["x"]), pa.array(["y"])
    pq.write_table(pa.Table.from_arrays(columns, names=["review", "stars", "stars"]), tmp_path / "mine.parquet")
    for ending in ("csv", "parquet"):
        with pytest.raises(StudyError, match=f"mine.{ending} has two columns of the name 'stars'"):
            table.read(tmp_path / f"mine.{ending}", COLUMNS)


def test_what_is_passed_over_in_a_folder_is_named_and_links_are_followed(tmp_path):
    write(tmp_path / "elsewhere", "train-2.csv", ROWS[2:3])
    folder = write(tmp_path / "mine", "train-1.csv", ROWS[:2]).parent
    write(folder, "test.csv", ROWS[3:])
    for name in (
        "valid.json",
        "test.csv.zip",
        "notes.txt",
        ".~lock.train-1.csv#",
        ".DS_Store",
        "_SUCCESS",
        "._train.csv",
    ):
        (folder / name).write_text("?")
    (folder / "more").symlink_to(tmp_path / "elsewhere")
    (folder / "more" / "back").symlink_to(folder)
    (folder / "lost.csv").symlink_to(tmp_path / "nowhere.csv")
    documents = table.read(folder, COLUMNS)
    assert documents["official_split"].value_counts().to_dict() == {"train": 3, "test": 2}
    assert documents.attrs["passed_over"] == {
        "valid.json": "no table", "notes.txt": "no table", "test.csv.zip": "an archive; unpack it",
        "lost.csv": "a link that leads nowhere", "more/back/": "a link to a folder that is read already",
    }  # fmt: skip


def test_a_file_whose_name_tells_no_split_stops_the_run_unless_a_column_tells_it(tmp_path):
    for name in ("train.csv", "test.csv", "eval.csv"):
        write(tmp_path, name)
    with pytest.raises(StudyError, match="'eval.csv' in .* does not tell train"):
        table.read(tmp_path, COLUMNS)
    assert len(table.read(tmp_path, COLUMNS | {"split": "part"})) == 15


def test_reviews_of_the_mirror(mirror):
    settings = DEFAULTS | {"title": "title", "identifier": "id"}
    documents = table.read(mirror / "reviews", settings)
    DOCUMENTS.validate(documents)
    assert documents["label"].value_counts().to_dict() == {"0": 8000, "1": 8000}
    assert documents["text"].iloc[0].startswith("Don’t waste your time!\n\nThese are AWFUL.")


def test_labels_get_the_names_that_the_settings_give(tmp_path):
    for extension in FORMATS:
        settings = {"labels": {"1": "bad", "5": "good"}, "quoting": True}
        documents = table.read(write(tmp_path, f"mine{extension}"), COLUMNS | settings)
        assert documents["label"].tolist() == ["good", "bad", "good", "bad", "good"]
    with pytest.raises(
        StudyError,
        match=r"csv has 3 rows .*: line 2 has the label '5', which the setting `labels` does not list; line 5",
    ):
        table.read(write(tmp_path, "mine.csv"), COLUMNS | {"labels": {"1": "bad"}})


def test_reviews_of_the_mirror_as_a_study_names_them(mirror, tmp_path):
    """From the fetched resource, with named labels and parts drawn from all, since it has no official splits."""
    fetch("reviews", tmp_path, mirror)
    settings = DEFAULTS | {
        "kind": "table", "name": "reviews", "resource": "reviews", "text": ["content", "text"], "title": "title",
        "label": "label", "identifier": "id", "labels": {"0": "negative", "1": "positive"},
        "sample": {"size": None, "parts": {"train": 600, "validation": 200, "test": 200}, "seed": 13},
    }  # fmt: skip
    documents = table.read(tmp_path, settings)
    DOCUMENTS.validate(documents)
    assert documents.groupby(["official_split", "label"]).size().to_dict() == {
        ("test", "negative"): 100, ("test", "positive"): 100, ("train", "negative"): 300, ("train", "positive"): 300,
        ("validation", "negative"): 100, ("validation", "positive"): 100,
    }  # fmt: skip
    # Its column `part` names domains of products, which are no splits.
    with pytest.raises(StudyError, match="has the split 'books'"):
        table.read(tmp_path, settings | {"split": "part"})


@pytest.mark.parametrize("ending", [".csv.gz", ".tsv.gz", ".jsonl.gz", ".parquet"])
def test_a_file_that_unpacks_a_thousandfold_is_refused(tmp_path, monkeypatch, ending):
    monkeypatch.setattr(tables, "_UNPACKED", 100_000)
    path = write(tmp_path, f"bomb{ending}", pd.DataFrame({"review": ["x" * 100_000] * 100, "stars": ["1", "2"] * 50}))
    with pytest.raises(StudyError, match="unpacks to more than .* MB and 100 times its size: if that is right"):
        table.read(path, COLUMNS | {"path": str(path)})


def test_a_hundred_thousand_columns_are_read_as_fast_as_their_cells(tmp_path):
    names = [f"c{number}" for number in range(100_000)]
    (tmp_path / "wide.csv").write_text(f"review,stars,{','.join(names)}\nfine,2\nbad,1\n")
    assert table.read(None, COLUMNS | {"path": str(tmp_path / "wide.csv")})["text"].tolist() == ["fine", "bad"]


@pytest.mark.parametrize("depth", [900, 100_000])
def test_nested_json_is_a_fault_of_its_line(tmp_path, depth):
    (tmp_path / "deep.jsonl").write_text(f'{{"review": {"[" * depth}{"]" * depth}, "stars": 1}}\n')
    with pytest.raises(StudyError, match="Line 1 of .*deep.jsonl (has a list|is not JSON)"):
        table.read(None, COLUMNS | {"path": str(tmp_path / "deep.jsonl")})
