"""Words are TextAttack's, found by the steps that TextAttack takes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textstudy.perturb.words import Edit, Words, replay

MARKS = "'-_*@"
LOOK_ALIKES = "˗`×"


def words_by_steps(text: str) -> list[str]:
    """Split at white space, take runs of word characters and marks, strip the marks in front, drop what is empty."""
    pieces = (piece.lstrip(MARKS) for piece in text.split())
    runs = (
        run.lstrip(MARKS) for piece in pieces for run in re.findall(rf"[\w{LOOK_ALIKES}{re.escape(MARKS)}]+", piece)
    )
    return [run for run in runs if run]


@given(st.text() | st.text(alphabet=f"ab1é\u0301א👍 .,\n\u00a0\x1c{MARKS}{LOOK_ALIKES}"))
def test_words_are_those_found_step_by_step(text):
    words = Words.of(text)
    assert [words[index] for index in range(len(words))] == words_by_steps(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" -- '*' ...", []),
        ("I don't like it.", ["I", "don't", "like", "it"]),
        ('\'tis "well-made", a@b.c', ["tis", "well-made", "a@b", "c"]),
        ("rock'n'roll' -5* _x_", ["rock'n'roll'", "5*", "x_"]),
        ("don\u2019t", ["don", "t"]),
        ("cafe\u0301 \U0001f44d\U0001f3fd שלום", ["cafe", "שלום"]),
    ],
)
def test_words(text, expected):
    words = Words.of(text)
    assert [words[index] for index in range(len(words))] == expected


def test_edits_replay():
    words = Words.of("one two, three")
    edits = [words.edit(0, "1"), words.edit(1, "2-3", words=2)]
    assert edits == [Edit(0, 3, "one", "1"), Edit(4, 14, "two, three", "2-3")]
    assert replay(words.text, edits) == "1 2-3"
    assert words.between(1) == ", "
