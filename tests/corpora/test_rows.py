"""CSV and TSV: no row is lost or swallowed in silence, and all faulty rows are told at once."""

import io
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textstudy.corpora.faults import Faults
from textstudy.corpora.rows import is_quoted, json_batches, separated_batches
from textstudy.errors import StudyError

PATH = Path("mine.tsv")


def rows(text: str, separator: str = "\t", *, quoting: bool = False, newline: str = "") -> list[tuple[int, tuple]]:
    """Return the line and the cells of each row."""
    faults = Faults(str(PATH))
    stream = io.BytesIO(text.encode())
    batches = list(separated_batches(stream, PATH, separator, quoting=quoting, faults=faults))
    faults.check()
    cells = [row for batch in batches for row in zip(*batch.columns.values(), strict=True)]
    return list(zip((line for batch in batches for line in batch.lines), cells, strict=True))


def test_without_quoting_each_line_is_a_row():
    text = 'label\ttext\nham\t"so he said\nspam\tbuy "now"\r\n\nham\tthat is it"\nspam\t"whole"\n'
    assert rows(text) == [
        (2, ("ham", '"so he said')), (3, ("spam", 'buy "now"')), (5, ("ham", 'that is it"')), (6, ("spam", '"whole"')),
    ]  # fmt: skip


def test_a_cell_that_has_swallowed_rows_is_refused():
    """It closes where a later line happens to end with a quotation mark."""
    text = 'label\ttext\nham\t"so he said\nspam\tbuy now\nham\tthat is it"\nspam\tgone\n'
    with pytest.raises(StudyError, match="Line 2 of mine.tsv has a cell with a tab and a line break.*`quoting: false`"):
        rows(text, quoting=True)


def test_all_faulty_rows_are_told_at_once():
    wrong = {3: "one cell", 7: "a\tb\tc", 11: "", 12: "x", 40: "a\tb\tc\td"}
    text = "label\ttext\n" + "".join(wrong.get(line, f"ham\ttext {line}") + "\n" for line in range(2, 60))
    with pytest.raises(StudyError) as caught:
        rows(text)
    message = str(caught.value)
    assert "has 4 rows that cannot be used" in message and "line 3 has 1 cell, but" in message
    assert "line 7 has 3 cells" in message and "line 12 has 1 cell," in message and "line 40 has 4 cells" in message
    assert "line 11" not in message and message.count("take the separators") == 1


def test_the_rows_after_a_quotation_mark_that_nothing_closes_are_looked_at_too():
    text = "a,b\n" + '"open,1\nx,2\n"so" she said,3\ny,4\n"again,5\nz,6\nz,7,8\n'
    with pytest.raises(StudyError) as caught:
        rows(text, ",", quoting=True)
    for line, fault in ((2, "opening"), (4, "opening"), (6, "opening"), (8, "has 3 cells")):
        assert f"line {line} {'has an ' if fault == 'opening' else ''}{fault}" in str(caught.value)


def test_many_faults_are_counted_and_a_file_of_faults_is_given_up():
    with pytest.raises(StudyError, match="has 30 rows .* and 25 more"):
        rows("a\tb\n" + "x\n" * 30)
    with pytest.raises(StudyError, match="has at least 10,000 rows"):
        rows("a\tb\n" + "x\n" * 20_000)


def test_a_file_of_quotation_marks_is_read_in_linear_time():
    started = time.perf_counter()
    for line in ('"a""b,\n', '"a\n', 'a,"b\n', '"",""x\n', '"a"" ""\n'):
        with pytest.raises(StudyError):
            rows("a,b\n" + line * 100_001, ",", quoting=True)
    assert time.perf_counter() - started < 20


@pytest.mark.parametrize("text", ["text\tlabel\ttext\na\tb\tc\n", "a\ta\nx\ty\n"])
def test_two_columns_of_one_name_are_refused(text):
    with pytest.raises(StudyError, match="mine.tsv has two columns of the name '(text|a)'"):
        rows(text)


def test_keys_that_stand_twice_and_other_faulty_lines_of_json():
    text = '{"text": "a"}\n{"text": 1, "text": 2}\n[1]\n{"text": "b"\n'
    faults = Faults("mine.jsonl")
    list(json_batches(io.BytesIO(text.encode()), None, faults))
    with pytest.raises(StudyError) as caught:
        faults.check()
    for words in (
        "3 rows",
        "line 2 is not JSON (the key 'text' stands twice)",
        "line 3 is a list",
        "line 4 is not JSON",
    ):
        assert words in str(caught.value)


CELLS = st.text(st.characters(exclude_characters="\t\n\r\ufeff", exclude_categories=["Cs"]), max_size=6)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=8))
def test_what_is_written_without_quoting_is_read_back(pairs):
    pairs = [pair for pair in pairs if "".join(pair).strip()]
    found = rows("a\tb\n" + "".join(f"{one}\t{other}\n" for one, other in pairs))
    assert [cells for _, cells in found] == pairs


@pytest.mark.parametrize(
    ("content", "quoted"),
    [
        ('a\tb\n"x ""y"" z"\t1\n', True), ('a\tb\n"x\ny"\t1\n', True), ('a\tb\n"x"\t1\n', False),
        ('a\tb\n"so he said\t1\n', False), ("a\tb\nx\t1\n", False), ('a\tb\nsaid "no"\t1\n', False),
    ],
)  # fmt: skip
def test_whether_a_file_is_quoted_is_seen(tmp_path, content, quoted):
    (tmp_path / "mine.tsv").write_text(content)
    assert is_quoted(tmp_path / "mine.tsv") == quoted
