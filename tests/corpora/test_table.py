"""Your own tables: every format gives the same documents, and every mistake is explained."""

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest

from textstudy.corpora import table
from textstudy.errors import StudyError
from textstudy.fetch.fetch import fetch
from textstudy.storage.tables import DOCUMENTS

DEFAULTS = {
    "path": None, "resource": None, "hub": None, "text": "text", "label": "label", "split": None, "identifier": None,
    "title": None, "group": None, "time": None, "labels": None, "sample": None,
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


@pytest.mark.parametrize("ending", [extension + zipped for extension in table.FORMATS for zipped in ("", ".gz")])
def test_every_format_gives_the_same_documents(tmp_path, ending):
    path = write(tmp_path, f"mine{ending}")
    documents = table.read(path, COLUMNS | {"split": "part", "identifier": "key", "title": "headline"})
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
    message = r"Row 2 \(counted from 0\) of .*mine.csv has the time '31.05.2024' in column 'day'.* it as 2024-05-31"
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


def test_folder_of_a_resource_reads_what_its_manifest_lists(tmp_path):
    write(tmp_path, "now.csv", ROWS[:2])
    write(tmp_path, "earlier.csv", ROWS[2:])
    (tmp_path / "manifest.json").write_text(json.dumps({"files": {"now.csv": {}}}))
    assert len(table.read(tmp_path, COLUMNS | {"resource": "mine"})) == 2
    assert len(table.read(tmp_path, COLUMNS)) == 5


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
    with pytest.raises(StudyError, match=r"Row 0 \(counted from 0\) of .*mine.parquet is not in UTF-8 .*: convert it"):
        table.read(tmp_path / "mine.parquet", COLUMNS | {"title": "picture"})


def test_blanks_around_a_label_are_no_part_of_it(tmp_path):
    rows = pd.DataFrame({"review": ["a", "b", "c"], "stars": [" spam", "spam ", "ham"]})
    for extension in table.FORMATS:
        path = write(tmp_path, f"mine{extension}", rows)
        assert table.read(path, COLUMNS)["label"].tolist() == ["spam", "spam", "ham"]
        named = table.read(path, COLUMNS | {"labels": {"spam ": "unwanted", "ham": "wanted"}})
        assert named["label"].tolist() == ["unwanted", "unwanted", "wanted"]
        path = write(tmp_path, f"mine{extension}", rows.replace("ham", "\t "))
        with pytest.raises(StudyError, match=r"Row 2 \(counted from 0\) of .* has no label in column 'stars'"):
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
    with pytest.raises(StudyError, match=rf"row on line 3 of .*mine.{extension} has an opening quotation mark"):
        table.read(path, COLUMNS)


@pytest.mark.parametrize("extension", ["csv", "tsv"])
def test_quoted_cells_may_hold_any_text(tmp_path, extension):
    texts = ['a\tb, "c"\nd\te, f\n"', '"', '""', " ", "\r\n", 'half a "mark', "x" * 200_000, "\ufeff"]
    rows = pd.DataFrame({"review": texts, "stars": "x"})
    assert table.read(write(tmp_path, f"mine.{extension}", rows), COLUMNS)["text"].tolist() == texts


def test_marks_inside_a_cell_that_does_not_begin_with_one_are_text(tmp_path):
    (tmp_path / "mine.tsv").write_text('review\tstars\na 12" disc\tx\nsaid "no"\tx\n"whole"\tx\n')
    assert table.read(tmp_path / "mine.tsv", COLUMNS)["text"].tolist() == ['a 12" disc', 'said "no"', "whole"]


def test_blank_lines_byte_order_marks_and_repeated_names_do_no_harm(tmp_path):
    (tmp_path / "mine.csv").write_text("\ufeffreview,stars,,,stars\n\na,1,,,9\r\n  \nb,2\n", newline="")
    documents = table.read(tmp_path / "mine.csv", COLUMNS)
    assert documents[["id", "text", "label"]].values.tolist() == [["0", "a", "1"], ["1", "b", "2"]]


def test_lone_surrogate_of_json_can_be_stored(tmp_path):
    path = tmp_path / "mine.jsonl"
    path.write_text('{"review": "bad \\ud800 half", "stars": "x"}\n\n{"stars": "y"}\n')
    documents = table.read(path, COLUMNS)
    documents.to_parquet(tmp_path / "stored.parquet")
    assert documents["text"].tolist() == ["bad ? half", ""]


def test_sample_of_a_stream_is_stratified_and_reads_in_chunks(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "_CHUNK", 100)
    rows = pd.DataFrame({"review": [f"text {n}" for n in range(2000)], "stars": [int(n % 4 == 0) for n in range(2000)]})
    settings = COLUMNS | {"sample": {"size": 200, "parts": None, "seed": 5}}
    by_format = [table.read(write(tmp_path, f"mine{extension}", rows), settings) for extension in table.FORMATS]
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
        ({"split": "headline"}, r"Row 0 \(counted from 0\) of .*mine.csv has the split 'Good': use train, training"),
        ({"identifier": "stars"}, "column 'stars' of .*mine.csv has the id '5' twice"),
        ({"label": "part"}, r"Row 3 \(counted from 0\) of .*mine.csv has no label in column 'part'"),
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
        ("mine.csv", b'review,stars\n"never closed,1\n', "on line 2 of .*mine.csv has an opening quotation mark"),
        ("mine.csv", b"review,stars\na,1\nb,1,2,3\n", "line 3 of .*mine.csv has 4 cells, but the first line names 2"),
        ("mine.csv", b"review,stars\nyes, and no,1\nb,1\n", "line 2 of .*mine.csv has 3 cells, but the first line"),
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


def test_reviews_of_the_mirror(mirror):
    settings = DEFAULTS | {"title": "title", "identifier": "id"}
    documents = table.read(mirror / "reviews", settings)
    DOCUMENTS.validate(documents)
    assert documents["label"].value_counts().to_dict() == {"0": 8000, "1": 8000}
    assert documents["text"].iloc[0].startswith("Don’t waste your time!\n\nThese are AWFUL.")


def test_labels_get_the_names_that_the_settings_give(tmp_path):
    for extension in table.FORMATS:
        documents = table.read(write(tmp_path, f"mine{extension}"), COLUMNS | {"labels": {"1": "bad", 5: "good"}})
        assert documents["label"].tolist() == ["good", "bad", "good", "bad", "good"]
    with pytest.raises(
        StudyError, match=r"Row 0 \(counted from 0\) of .*csv has the label '5', which the setting `labels` does not"
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


@pytest.fixture(scope="module")
def hub_data_set(tmp_path_factory) -> str:
    """A local data set in the format of the hub, with class labels and an unknown split."""
    datasets = pytest.importorskip("datasets")
    folder = tmp_path_factory.mktemp("hub")
    features = datasets.Features({"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["neg", "pos"])})
    for split, size in (("train", 40), ("test", 20), ("unsupervised", 10)):
        columns = {"text": [f"{split} {n}" for n in range(size)], "label": [n % 2 for n in range(size)]}
        datasets.Dataset.from_dict(columns, features=features).to_parquet(folder / f"{split}.parquet")
    (folder / "README.md").write_text(
        "---\nconfigs:\n- config_name: default\n  data_files:\n"
        + "".join(f"  - split: {split}\n    path: {split}.parquet\n" for split in ("train", "test", "unsupervised"))
        + "---\n"
    )
    return str(folder)


def test_hub_data_set_streams_with_the_names_of_its_labels(hub_data_set, caplog):
    documents = table.read(None, DEFAULTS | {"hub": hub_data_set})
    DOCUMENTS.validate(documents)
    assert documents["official_split"].value_counts().to_dict() == {"train": 40, "test": 20}
    assert documents.iloc[1].to_dict() == {
        "id": "train/1", "text": "train 1", "label": "pos", "official_split": "train",
    }  # fmt: skip
    assert "'unsupervised'" in caplog.text


def test_hub_data_set_is_sampled(hub_data_set):
    settings = DEFAULTS | {"hub": hub_data_set, "sample": {"size": 12, "parts": None, "seed": 1}}
    documents = table.read(None, settings)
    assert documents.groupby(["official_split", "label"]).size().to_dict() == {
        ("test", "neg"): 2, ("test", "pos"): 2, ("train", "neg"): 4, ("train", "pos"): 4,
    }  # fmt: skip


def test_parts_of_a_hub_data_set_come_from_its_splits(hub_data_set):
    sample = {"size": None, "parts": {"train": 20, "validation": 10, "test": 8}, "seed": 1}
    documents = table.read(None, DEFAULTS | {"hub": hub_data_set, "sample": sample})
    assert documents["official_split"].value_counts().to_dict() == {"train": 20, "validation": 10, "test": 8}
    origin = documents["id"].str.partition("/")[0]
    assert documents.groupby("official_split")["id"].count().sum() == documents["id"].nunique()
    assert set(zip(documents["official_split"], origin, strict=True)) == {
        ("train", "train"), ("validation", "train"), ("test", "test"),
    }  # fmt: skip


def test_hub_data_set_without_the_column_or_of_no_such_name_is_explained(hub_data_set, tmp_path, monkeypatch):
    with pytest.raises(StudyError, match="`text` names the column 'content', which the split 'train' of the hub data"):
        table.read(None, DEFAULTS | {"hub": hub_data_set, "text": "content"})
    monkeypatch.setattr("datasets.config.HF_HUB_OFFLINE", True)
    with pytest.raises(StudyError, match="hub data set 'nobody/nothing' cannot be read"):
        table.read(None, DEFAULTS | {"hub": "nobody/nothing"})
