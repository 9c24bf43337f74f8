"""Signatures with and without their delimiter, and last paragraphs that are none."""

import pytest

from textstudy.prepare.headers import author_words
from textstudy.prepare.signatures import strip_name, strip_signature

AUTHOR = author_words("From: abyron@engine.example.org (Augusta Byron)")
BODY = "The engine can do whatever we know how to order it to do."


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAugusta Byron",
        "--\nA motto of some length,\nover two lines.\n  -- Somebody Else",
        "-- ",
        "\nAugusta",
        "\n-- Augusta",
        "\nAugusta Byron\nAnalytical Society\nLondon",
        "\nAugusta Byron, Analytical Society -- all mistakes mine",
        "\nabyron@engine.example.org",
        "\n   Augusta Byron        Tel. 555-1234        The Engine Works",
        "\n--------------------------\nAugusta Byron\n--------------------------",
        "\n+---------------+---------+\n| Augusta Byron | engine  |\n+---------------+---------+",
        "\n==========================\nabyron@engine.example.org\nMy opinions are my own.",
        "\nStandard disclaimers apply.",
        "\nab",
        "\n- Gus",
        "\n-Gus\n",
        "\nCheers,\nAugusta",
        "\nMit besten Grüßen,\nAugusta Byron",
        "\nBest wishes,\n\n-- \nAugusta Byron",
        "\nGus\n______________________________\n   A motto by somebody else.",
    ],
)
def test_signatures_go(signature):
    assert strip_signature(f"{BODY}\n{signature}\n", author=AUTHOR).strip() == BODY


@pytest.mark.parametrize(
    "ending",
    [
        "\nThis is the last paragraph and it is as much a part of the message.",
        "\nShort last words to end it with, though.",
        "\nPlease write to abyron@engine.example.org if you want to have one of these.",
        "\nSend bids to abyron@x.org (Augusta Byron).\nThe highest bid wins and is known on Friday.",
        "\n--------------------\nA section below a rule which has nothing to do with a signature at all.",
        "\nFirst -- then second -- then the third and last of them.",
        "\nP.S. I have also sent this to the other group.",
        "\n    table   1   2\n    row     3   4",
        "\nAugusta is what they call me, but you will not find the name in the book.",
    ],
)
def test_last_paragraphs_are_kept(ending):
    text = f"{BODY}\n{ending}"
    assert strip_signature(text, author=AUTHOR) == text


@pytest.mark.parametrize("answer", ["Paris", "Yes", "Yes.", "42", "Nein", "да", "Madrid", "- Paris", "Thanks,", "はい"])
def test_one_word_is_an_answer(answer):
    for text in (f"> Where is it?\n\n{answer}", f"{BODY}\n\n{answer}", answer):
        assert strip_signature(text) == text
    if answer[0] != "-":
        assert strip_signature(f"> Where is it?\n\n{answer}", author=AUTHOR) == f"> Where is it?\n\n{answer}"
        signed = f"Ada wrote:\n> Where is it?\n\n{answer}\n\nAugusta Byron\nabyron@engine.example.org"
        assert strip_signature(signed, author=AUTHOR).rstrip().endswith(answer)


def test_the_last_entry_of_a_list_is_no_name():
    text = f"{BODY}\n\n- Rome\n- Paris\n- Madrid"
    assert strip_signature(text, author=AUTHOR) == text


@pytest.mark.parametrize(
    "own",
    [
        "Спасибо, очень интересно!",
        "とても面白いです。",
        "धन्यवाद, बहुत रोचक!",
        "תודה רבה!",
        ":) :) :)",
        "👍👍👍👍👍",
        "!!!!!!",
    ],
)
def test_text_in_another_script_is_no_drawn_line(own):
    text = f"Ada wrote:\n> {BODY}\n\n{own}"
    assert strip_signature(text, author=AUTHOR) == text


def test_a_quoted_box_is_no_signature():
    box = "| ----------------------\n| Ada  ada@x.org\n| ----------------------"
    text = f"Ada wrote:\n{box}\n\nThat is what I thought."
    assert strip_signature(text, author=AUTHOR) == text
    assert strip_signature(text.replace("|", "AB>"), author=AUTHOR) == text.replace("|", "AB>")


def test_long_text_behind_a_delimiter_is_text():
    section = "\n".join(f"Sentence {number} of the part that follows is long enough." for number in range(20))
    assert strip_signature(f"{BODY}\n--\n{section}", author=AUTHOR) == f"{BODY}\n{section}"


def test_many_delimiters_are_separators():
    text = "\n--\n".join(["An entry of the list."] * 6)
    assert strip_signature(text, author=AUTHOR) == text


def test_a_list_with_ruled_headings_is_kept():
    text = "For sale:\n\nTapes\n-----\nfirst tape\n\nShirts\n------\nfirst shirt\nsecond shirt\nMail to abyron@x.org"
    assert strip_signature(text, author=AUTHOR) == text


def test_a_delimiter_that_opens_the_message_signs_nothing():
    assert strip_signature(f"--\n{BODY}", author=AUTHOR) == BODY


def test_a_moderators_remark_below_a_signature_is_kept():
    remark = "[I would add that the question\nhas been asked before.  --mod]"
    for signature in ("-- \nAugusta Byron\nLondon", "Augusta Byron"):
        text = f"{BODY}\n\n{signature}\n\n{remark}"
        assert strip_signature(text, author=AUTHOR).split("\n\n")[0].strip() == BODY
        assert strip_signature(text, author=AUTHOR).endswith(remark)
        assert "Byron" not in strip_signature(text, author=AUTHOR)


def test_without_an_author_only_delimiters_rules_and_stock_phrases_tell():
    assert strip_signature(f"{BODY}\n\nAugusta Byron, London") == f"{BODY}\n\nAugusta Byron, London"
    assert strip_signature(f"{BODY}\n-- \nAugusta Byron, London") == BODY


def test_a_name_above_a_last_quotation_goes_when_that_is_gone():
    assert strip_name(f"{BODY}\n\nAugusta\n\n", AUTHOR).strip() == BODY
    for kept in (f"{BODY}\n\nParis", BODY, "Augusta", f"{BODY}\n\nAugusta is here.", "", f"{BODY}\nAugusta"):
        assert strip_name(kept, AUTHOR) == kept
    assert strip_name(f"{BODY}\n\nAugusta", frozenset()) == f"{BODY}\n\nAugusta"


@pytest.mark.parametrize(
    ("name", "signed"), [("James Kahn", "Jim"), ("Thomas Radosevich", "Tom"), ("Stephen Tell", "Steve")]
)
def test_short_forms_of_english_names_are_known(name, signed):
    author = author_words(f"From: {name} <x1@y.org>")
    assert strip_signature(f"{BODY}\n\n{signed}", author=author).strip() == BODY


def test_a_line_across_the_page_is_not_the_edge_of_a_box():
    text = f"{BODY}\n\n-----------------------------\n\nSo?\n\n--Augusta"
    assert strip_signature(text, author=AUTHOR).endswith("So?\n")
