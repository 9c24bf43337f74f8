"""Every format is read as the pipeline reads it, and what would be misread in silence is an error."""

import pytest

from new.made_up import save, sentences, tickets
from textstudy.errors import StudyError
from textstudy.new import look
from textstudy.new.look import read_texts
from textstudy.storage.table_files import FORMATS


@pytest.mark.parametrize("ending", [kind + zipped for kind in FORMATS for zipped in ("", ".gz")])
def test_every_format_has_the_same_rows(tmp_path, ending):
    frame = tickets()
    table = read_texts(save(frame, tmp_path / f"mine{ending}"))
    assert table.frame.to_dict("list") == frame.to_dict("list")
    assert table.rows == 60 and not table.sampled


def test_the_names_of_files_tell_the_splits(tmp_path):
    for name in ("train-0.csv", "train-1.csv", "test.csv"):
        save(tickets(10), tmp_path / "mine" / name)
    (tmp_path / "mine" / "notes.json").write_text("{}")
    table = read_texts(tmp_path / "mine")
    assert table.passed_over == {"notes.json": "no table"}
    assert sorted(table.splits) == ["test"] * 10 + ["train"] * 20


def test_of_a_large_table_a_sample_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(look, "ROWS_KEPT", 50)
    table = read_texts(save(tickets(400), tmp_path / "mine.csv"))
    assert table.rows == 400 and table.sampled and len(table.frame) == 50
    numbers = [int(place.split()[1]) for place in table.places]
    assert numbers == sorted(set(numbers)) and max(numbers) > 200  # not the first 50
    assert 10 < (table.frame["queue"] == "billing").sum() < 40


def test_lists_are_no_cells(tmp_path):
    table = read_texts(save(tickets(4, tags=[["a"], [], ["b", "a"], ["a"]]), tmp_path / "mine.jsonl"))
    assert set(table.unreadable) == {"tags"}
    assert "row 0" in table.unreadable["tags"] and "['a']" in table.unreadable["tags"]


def test_bytes_that_are_no_text_do_no_harm_to_other_columns(tmp_path):
    table = read_texts(save(tickets(2, image=[b"\xff\xd8", b"\xff\xd9"]), tmp_path / "mine.parquet"))
    assert set(table.unreadable) == {"image"} and table.frame["queue"].tolist() == ["billing", "support"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "", "is empty"),
        ("a.csv", "text,label\n", "holds no row"),
        ("a.csv", "text;label\ngood day;a\nbad day;b\n", "';' between its cells"),
        ("a.tsv", "ham\thello you\nspam\tbuy this\nham\tgood day\nham\tbye\n", "first line.*'ham'.*2 other rows"),
        ("a.json", "[]", "cannot be read: use a file"),
    ],
)
def test_what_would_be_misread_is_an_error(tmp_path, name, content, message):
    (tmp_path / name).write_text(content)
    with pytest.raises(StudyError, match=message):
        read_texts(tmp_path / name)


def test_how_a_tsv_file_is_quoted_is_seen(tmp_path):
    rows = [f"{'ham' if row % 2 else 'spam'}\ttext {row} of some words" for row in range(20)]
    rows[4], rows[9] = 'spam\t"wow, said he', 'ham\tthat is it"'
    (tmp_path / "a.tsv").write_text("\n".join(["label\ttext", *rows, ""]))
    table = read_texts(tmp_path / "a.tsv")
    assert table.frame["text"][4] == '"wow, said he' and table.rows == 20 and not table.reading
    for cell in ("a cell\nof two lines", 'the "so-called" cell'):
        table = read_texts(save(tickets(20, note=[cell] * 20), tmp_path / "b.tsv"))
        assert table.frame["note"][0] == cell
        assert table.reading["quoting"][0] is True


def texts_in_folders(folder, *, encoding="utf-8"):
    for number, text in enumerate(sentences(24)):
        part, label = ("train", "test")[number % 3 == 0], ("ham", "spam")[number % 2]
        (folder / part / label).mkdir(parents=True, exist_ok=True)
        (folder / part / label / f"{number}.txt").write_text(f"café {text}", encoding=encoding)
    (folder / "train" / "unsup").mkdir()
    (folder / "train" / "unsup" / "1.txt").write_text("nobody knows")


def test_texts_in_class_folders(tmp_path):
    texts_in_folders(tmp_path / "mine")
    table = read_texts(tmp_path / "mine")
    assert table.kind == "folders" and table.rows == 24 and not table.reading
    assert table.frame["label"].value_counts().to_dict() == {"ham": 12, "spam": 12}
    assert sorted(table.splits) == ["test"] * 8 + ["train"] * 16
    assert table.passed_over == {"train/unsup/": "1 texts without labels"}


def test_another_encoding_is_proposed_where_files_are_not_in_utf_8(tmp_path):
    texts_in_folders(tmp_path / "mine", encoding="latin-1")
    table = read_texts(tmp_path / "mine")
    assert table.reading["encoding"][0] == "latin-1" and "24 files" in table.reading["encoding"][1]
    assert table.frame["text"].str.startswith("café").all()
