"""CSV files for people: nothing is a formula, and what was written is read back."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textstudy.errors import StudyError
from textstudy.storage.spreadsheet import LONGEST, escape_cell, read_rows, restore_cell, write_rows

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)


@given(TEXT)
def test_a_cell_is_restored_and_never_a_formula(text):
    assert restore_cell(escape_cell(text)) == text
    assert not escape_cell(text).startswith(tuple("=+-@\t\r"))


@given(st.lists(st.tuples(TEXT, TEXT).filter(lambda row: "".join(row).strip()), max_size=5))
def test_rows_are_read_back(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "rows.csv"
    write_rows(path, ["id", "new_label"], rows)
    assert [tuple(cells) for _, cells in read_rows(path, ["id", "new_label"])] == rows


@pytest.mark.parametrize("cell", ['=HYPERLINK("http://x","y")', "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "'=1"])
def test_formulas_are_text(tmp_path, cell):
    path = tmp_path / "rows.csv"
    write_rows(path, ["id"], [[cell]])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == [f"'{cell}"]


def test_line_breaks_separators_and_long_texts(tmp_path):
    path = tmp_path / "rows.csv"
    write_rows(path, ["id", "text"], [['a\n\r\nb;c,"d"', "x" * 50_000], ["NUL\0", "é"]])
    (_, first), (_, second) = read_rows(path, ["id", "text"])
    assert first == ['a\n\r\nb;c,"d"', "x" * LONGEST + " …"] and second == ["NUL ", "é"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_spreadsheets_of_other_languages_write_is_read(tmp_path, separator):
    path = tmp_path / "rows.csv"
    lines = ["id,text,new_label", '"a","one, two",plants', ",,", "b,x,"]
    path.write_text("\r\n".join(lines).replace(",", separator).replace(f"one{separator}", "one,"), encoding="utf-8")
    assert read_rows(path, ["id", "new_label"]) == [(2, ["a", "plants"]), (4, ["b", ""])]


def test_what_cannot_be_read_is_one_sentence(tmp_path):
    path = tmp_path / "rows.csv"
    with pytest.raises(StudyError, match=r"does not exist: correct the path"):
        read_rows(path, ["id"])
    path.write_bytes("id\né".encode("latin-1"))
    with pytest.raises(StudyError, match="is not in UTF-8"):
        read_rows(path, ["id"])
    path.write_text("name,label\n")
    with pytest.raises(StudyError, match="has no column 'id': it needs the columns id, new_label"):
        read_rows(path, ["id", "new_label"])
    path.write_text('id\n"a\n')
    with pytest.raises(StudyError, match="line 2, is not valid CSV"):
        read_rows(path, ["id"])
