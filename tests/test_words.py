import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textstudy import words
from textstudy.words import exact_key, find_tokens, find_words, key_words, normalise, token_spans, word_spans

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from(" \n'’.,:+-#_()%$<3nNtT5aCé"), st.characters(codec="utf-8", exclude_categories=["Cs"])
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He won't go: it's hers.", "he wo n't go it 's hers"),
        ("DON’T do n't", "do n't do n't"),
        ("C++, C# and F#; notepad++", "c++ c# and f# notepad++"),
        ("a+b, 2+5, 1990-1995", "a b 2 5 1990 1995"),
        ("+5 or -5 (-3)", "+5 or -5 -3"),
        ("paid $5, 3.5 or 10,000 at 12:30, up 5%", "paid $ 5 3.5 or 10,000 at 12:30 up 5 %"),
        ("snake_case _emphasis_ 3rd", "snake_case emphasis 3rd"),
        ("good :-) bad :( <3", "good :-) bad :( <3"),
        ("see foo:(bar) and :param", "see foo bar and param"),
        ("l'homme foo.com", "l homme foo com"),
        ("fine 😀 👍🏽 ❤️ 👨‍👩‍👧 🇩🇪🇫🇷", "fine 😀 👍🏽 ❤️ 👨‍👩‍👧 🇩🇪 🇫🇷"),
        ("प्रधानमंत्री ने कहा", "प्रधानमंत्री ने कहा"),
        ("আপনার একটি", "আপনার একটি"),
        ("தமிழ் நாடு", "தமிழ் நாடு"),
        ("السَّلَامُ عَلَيْكُمْ", "السَّلَامُ عَلَيْكُمْ"),
        ("می‌خواهم", "می‌خواهم"),
        ("很好,不abc𠀀", "很 好 不 abc 𠀀"),
        ("ラーメン", "ラ ー メ ン"),
        ("ภาษาดี", "ภ า ษ า ดี"),
        ("Donau\u00addampfer", "donaudampfer"),
        ("... --- !?", ""),
    ],
)
def test_words_by_hand(text, expected):
    assert find_words(text) == expected.split()


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ('(So it "ends.") Next...', ["(", "so", "it", '"', "ends", ".", '"', ")", "next", "..."]),
        ("one -- ``two''\n", ["one", "--", "``", "two", "''"]),
        (" \n\t", []),
    ],
)
def test_tokens_by_hand(text, tokens):
    assert find_tokens(text, lowercase=True) == tokens


def test_case_is_kept_on_request():
    assert find_tokens("The End. DON'T", lowercase=False) == ["The", "End", ".", "DO", "N'T"]


def test_composed_and_decomposed_text_has_the_same_words():
    text = "Café über Điện 한국"
    assert find_words(unicodedata.normalize("NFD", text)) == find_words(text) == text.lower().split()


@given(TEXTS)
def test_tokens_cover_all_but_white_space(text):
    text = normalise(text)
    tokens = find_tokens(text, lowercase=False)
    assert "".join(tokens) == re.sub(r"\s", "", text)
    assert tokens == [text[start:end] for start, end in token_spans(text)]


@given(TEXTS)
def test_words_are_tokens_and_their_places_are_known(text):
    text = normalise(text)
    spans = set(word_spans(text))
    assert spans <= set(token_spans(text))
    rest = "".join(text[start:end] for start, end in token_spans(text) if (start, end) not in spans)
    assert not re.search(r"[^\W_]", rest)  # no letter and no digit is left over


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=60))
def test_the_pattern_for_ascii_finds_what_the_other_finds(text):
    for quick, general in zip(words._ASCII, words._unicode_patterns(), strict=True):
        assert quick.findall(text) == general.findall(text)


@given(TEXTS)
def test_keys_of_keys_are_the_keys(text):
    assert exact_key(exact_key(text)) == exact_key(text)


@pytest.mark.parametrize(
    ("one", "other", "same_text", "same_words"),
    [
        ("Good day", " good\nDAY ", True, True),
        ("ﬁne café", unicodedata.normalize("NFD", "FINE CAFÉ"), True, True),
        ("Good day!", "good, day", False, True),
        ("I know C++", "I know C#", False, False),
        ("gained +5", "gained -5", False, False),
        ("great 😀", "great 😡", False, False),
        ("great :)", "great :(", False, False),
        ("दिन अच्छा था", "दीन अच्छे थे", False, False),
        ("!!!", "???", False, False),
    ],
)
def test_what_makes_texts_the_same(one, other, same_text, same_words):
    assert (exact_key(one) == exact_key(other)) is same_text
    assert (key_words(one) == key_words(other)) is same_words


def test_a_long_text_takes_no_longer_by_the_character():
    for piece in ("a", "'", "+", "n't", "1,", "_", "é", "प्", "👨‍", "\u0301", ":-", "很", " "):
        assert find_words(piece * (1_000_000 // len(piece))) is not None
