"""Normal forms are those of the standard library, in linear time."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textstudy.normal_forms import _MARK, normal_form
from textstudy.words import exact_key

# Of several combining classes, of the class 0, decomposing into two, beside letters and compatibility characters.
MARKS = "\u0301\u0316\u0334\u0327\u0345\u0f73\u0344\u093c\u0bbe\u3099\uff9e\u034f"
TEXTS = st.lists(st.text(MARKS, max_size=80) | st.text("aéﷺ한ᄒ—\n", max_size=3), max_size=6).map("".join)


@pytest.mark.parametrize("form", ["NFC", "NFKC"])
@given(text=TEXTS)
def test_normal_forms_are_those_of_the_standard_library(form, text):
    assert normal_form(form, text) == unicodedata.normalize(form, text)


def test_every_character_that_is_sorted_is_known_as_a_mark():
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    marks = [each for each in characters if all(map(unicodedata.combining, unicodedata.normalize("NFKD", each)))]
    assert marks and all(map(_MARK.match, marks))


@pytest.mark.parametrize("marks", ["\u0301\u0316", "\u0316\u0301", "\u0334\u0327\u0316\u0301"])
def test_a_hundred_thousand_marks_are_brought_into_order(marks):
    ordered = normal_form("NFC", "x" + marks * (100_000 // len(marks)))
    assert ordered[1] == min(marks, key=unicodedata.combining)


def test_a_key_does_not_grow_beyond_measure():
    assert exact_key("ﷺ") == exact_key(unicodedata.normalize("NFKC", "ﷺ"))
    assert len(exact_key("ﷺ" * 100_000)) == 100_000
    assert exact_key("ﷺ " * 2000) == exact_key(exact_key("ﷺ\n" * 2000))
