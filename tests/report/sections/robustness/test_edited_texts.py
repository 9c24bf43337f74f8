"""Perturbed texts in the report: every edit is marked and listed, and the rest of the text stays as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from robust import EDITS, KINDS, TEXT, edits_of

from textstudy.report.language.escaping import markdown_span, plain
from textstudy.report.sections.robustness.edited_texts import list_edits, mark_edits


def test_edits_are_marked_and_listed():
    marked = mark_edits(TEXT, edits_of("qwerty"))
    assert marked.count("{.removed}") == marked.count("{.added}") == 2
    assert marked.startswith(r"It\'s a [great]{.removed}") and r"[grewt]{.added} film\, I" in marked
    assert list_edits(edits_of("qwerty")) == "great → grewt; likes → likws"
    assert list_edits(edits_of("homoglyph")).endswith("(U+0435 cyrillic small letter ie)")
    assert list_edits([{"start": 0, "end": 0, "before": "", "after": "x"}]) == "(nothing) → x"
    assert list_edits([]) == "none"


@pytest.mark.parametrize("kind", KINDS)
def test_the_made_up_edits_are_edits_of_the_text(kind):
    assert all(TEXT[start:end] == before for start, end, before, _ in EDITS[kind])


def test_long_texts_are_cut_to_what_is_near_an_edit():
    text = "word " * 100
    edits = [{"start": at, "end": at + 4, "before": "word", "after": f"w{at}"} for at in range(0, 500, 50)]
    marked = mark_edits(text * 2, edits)
    assert marked.count("{.added}") == 8 and marked.endswith("…")
    assert len(mark_edits(text * 10, edits[1:2])) < 500
    assert list_edits(edits).endswith("2 more")


# The comparison drops the backslashes that escape, so the texts have none of their own.
UNSLASHED = st.text(st.characters(exclude_characters="\\"), max_size=40)


@given(UNSLASHED, UNSLASHED)
def test_spans_put_together_show_the_whole_text(first, second):
    """A letter stands between the two: white space and combining marks at the seam depend on their neighbours."""
    together = (markdown_span(first) + "x" + markdown_span(second)).replace("\\", "")
    assert plain(together) == plain(f"{first}x{second}").replace("\\", "")
