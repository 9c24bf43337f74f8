"""Content words: the published example, each step, and promises for any text."""

import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.tokenize import word_tokenize

from textstudy.errors import StudyError
from textstudy.prepare.clean_text import clean_text
from textstudy.prepare.content_words import content_words, stop_words_of

STOP_WORDS = frozenset({"our", "at", "for", "more", "the", "is", "and", "you", "can", "not", "don"})
KEEP_ALL = {"headers": False, "quotes": False, "signatures": False, "blocks": False}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Visit our website at https://example.com for more info! <b>Special Offer!!!</b>",
         "visit website info special offer"),
        ("The neural network is amazing!!!", "neural network amazing"),
        ("The NEURAL\n\n network is\tAMAZING", "neural network amazing"),
        ("Mail ann.lee+x@moon.edu or <bob@sun.org>, see www.x.org/y?z=1 and ftp://a.b/c", "mail see"),
        ('<a href="http://x.y/z">click</a><br/><!-- remark -->here', "click here"),
        ("3 < 5 and 7 > 2, i<3 you", ""),
        ("I cannot, don't; e-mail_me: ab abc 1993 x86 café", "mail abc 1993 x86 café"),
        ("", ""),
        (":-) ... !!!", ""),
    ],
)  # fmt: skip
def test_by_hand(text, expected):
    assert content_words(text, STOP_WORDS) == expected


def test_the_published_example_with_the_list_of_nltk(mirror):
    stop_words = stop_words_of(mirror / "nltk_data")
    assert len(stop_words) == 198 and {"the", "don", "t", "wouldn't"} <= stop_words
    text = "Visit our website at https://example.com for more info! <b>Special Offer!!!</b>"
    assert content_words(text, stop_words) == "visit website info special offer"
    assert clean_text(text, **KEEP_ALL, stop_words=stop_words) == "visit website info special offer"


_PIECES = st.sampled_from(
    ["word", "The", "don't", "cannot", "gonna", "<b>", "</b>", "<", ">", "a@b.c", "http://x.y", "www.z", "x_y", "12"]
)


@given(st.lists(_PIECES | st.text(max_size=8), max_size=12).map(" ".join))
def test_promises(text):
    result = content_words(text, STOP_WORDS)
    words = result.split(" ") if result else []
    assert all(len(word) >= 3 and word not in STOP_WORDS and word == word.lower() for word in words)
    assert all(character.isalnum() or character == " " for character in result)
    assert content_words(result, STOP_WORDS) == result


@given(st.lists(st.sampled_from(["gonna", "cannot", "lemme", "word", "dont", "wanna", "1993", "über"]), max_size=8))
def test_tokens_are_those_of_nltk(words):
    text = " ".join(words)
    assert content_words(text, frozenset()).split() == [
        token for token in word_tokenize(text, preserve_line=True) if len(token) >= 3
    ]


@pytest.mark.parametrize("text", ["<" * 200_000, "<a" * 100_000, "a@" * 100_000, "www." * 50_000, "x" * 200_000 + "@"])
def test_hostile_text_takes_time_in_proportion_to_its_length(text):
    start = time.process_time()
    content_words(text, STOP_WORDS)
    assert time.process_time() - start < 5  # seconds


def test_stop_words_that_cannot_be_read_are_explained(tmp_path):
    with pytest.raises(StudyError, match="stopwords.zip is missing: fetch the resource nltk_data"):
        stop_words_of(tmp_path)
    archive = tmp_path / "corpora" / "stopwords.zip"
    archive.parent.mkdir()
    archive.write_bytes(b"no archive")
    with pytest.raises(StudyError, match="truncated or damaged"):
        stop_words_of(tmp_path)
    with zipfile.ZipFile(archive, "w") as contents:
        contents.writestr("stopwords/french", "le")
    with pytest.raises(StudyError, match="has no stopwords/english"):
        stop_words_of(tmp_path)
    with zipfile.ZipFile(archive, "a") as contents:
        contents.writestr("stopwords/english", "the\nof\n")
    assert stop_words_of(tmp_path) == {"the", "of"}
