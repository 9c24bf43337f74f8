"""Every format is read as the pipeline reads it, and what would be misread in silence is an error."""

import pytest

from new.made_up import save, sentences, tickets
from textstudy.corpora.table import FORMATS
from textstudy.errors import StudyError
from textstudy.new import look
from textstudy.new.look import read_table, stray_files


@pytest.mark.parametrize("ending", [kind + zipped for kind in FORMATS for zipped in ("", ".gz")])
def test_every_format_has_the_same_rows(tmp_path, ending):
    frame = tickets()
    table = read_table(save(frame, tmp_path / f"mine{ending}"))
    assert table.frame.to_dict("list") == frame.to_dict("list")
    assert table.rows == 60 and not table.sampled


def test_the_names_of_files_tell_the_splits(tmp_path):
    for name in ("train-0.csv", "train-1.csv", "test.csv"):
        save(tickets(10), tmp_path / "mine" / name)
    table = read_table(tmp_path / "mine")
    assert sorted(table.splits) == ["test"] * 10 + ["train"] * 20
    assert stray_files(table) == []


@pytest.mark.parametrize(
    ("names", "strays"),
    [
        (["eval.csv", "train.csv"], ["eval.csv"]),
        (["my_test.csv", "my_train.csv"], ["my_test.csv", "my_train.csv"]),
        (["other/a.csv", "test/a.csv"], ["test/a.csv"]),
        (["a.csv", "b.csv"], []),
    ],
)
def test_files_whose_names_tell_no_split_are_found(tmp_path, names, strays):
    for name in names:
        save(tickets(10), tmp_path / "mine" / name)
    assert stray_files(read_table(tmp_path / "mine")) == strays


def test_of_a_large_table_a_sample_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(look, "ROWS_KEPT", 50)
    table = read_table(save(tickets(400), tmp_path / "mine.csv"))
    assert table.rows == 400 and table.sampled and len(table.frame) == 50
    numbers = [int(place.split()[1]) for place in table.places]
    assert numbers == sorted(set(numbers)) and max(numbers) > 200  # not the first 50
    assert 10 < (table.frame["queue"] == "billing").sum() < 40


def test_lists_are_no_cells(tmp_path):
    table = read_table(save(tickets(4, tags=[["a"], [], ["b", "a"], ["a"]]), tmp_path / "mine.jsonl"))
    assert set(table.unreadable) == {"tags"}
    assert "row 0" in table.unreadable["tags"] and "['a']" in table.unreadable["tags"]


def test_bytes_that_are_no_text_do_no_harm_to_other_columns(tmp_path):
    table = read_table(save(tickets(2, image=[b"\xff\xd8", b"\xff\xd9"]), tmp_path / "mine.parquet"))
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
        read_table(tmp_path / name)


def test_a_quotation_mark_that_swallows_rows_is_an_error_and_a_quoted_cell_is_not(tmp_path):
    rows = [f"{'ham' if row % 2 else 'spam'}\ttext {row} of some words" for row in range(20)]
    rows[4], rows[9] = 'spam\t"wow, said he', 'ham\tthat is it"'
    (tmp_path / "a.tsv").write_text("\n".join(["label\ttext", *rows, ""]))
    with pytest.raises(StudyError, match="row 4 .*'text'.*quotation mark"):
        read_table(tmp_path / "a.tsv")
    frame = tickets(20, note=["a\tcell\nof two lines\twith tabs"] * 20)
    assert read_table(save(frame, tmp_path / "b.tsv")).frame["note"][0] == "a\tcell\nof two lines\twith tabs"


def test_folders_of_text_files_are_not_read_yet(tmp_path):
    for number, label in enumerate(("ham", "spam")):
        (tmp_path / "mine" / label).mkdir(parents=True)
        (tmp_path / "mine" / label / "1.txt").write_text(sentences(2)[number])
    with pytest.raises(StudyError, match="folders .ham, spam.*cannot be read yet.*CSV"):
        read_table(tmp_path / "mine")
