"""Where a header ends, headers pasted into a body, and the author's name."""

from textstudy.prepare.headers import author_words, header_block, strip_pasted_headers

HEADER = "From: ada@x.org (Ada Byron)\nSubject: engines\nLines: 2"


def test_a_header_ends_at_the_first_blank_line():
    assert header_block(f"{HEADER}\n\nBody.\n\nMore.") == (HEADER, "Body.\n\nMore.")


def test_a_header_may_have_lost_its_first_line():
    damaged = " site!other!user\n" + HEADER
    assert header_block(f"{damaged}\n\nBody.") == (damaged, "Body.")


def test_prose_that_begins_with_a_label_is_no_header():
    text = "Note: this is text.\nWarning: so is this.\n\nBody."
    assert header_block(text) == ("", text)


def test_pasted_headers_go_with_their_folded_lines():
    text = "See below.\nNewsgroups: a.b,\n c.d\nPath: x!y\nFrom: a@b.c\n\nText.\nSubject: alone is a word of the text"
    assert strip_pasted_headers(text) == "See below.\n\nText.\nSubject: alone is a word of the text"


def test_a_single_newsgroups_line_gives_the_label_away_and_goes():
    assert strip_pasted_headers("Newsgroups: sci.space\nText.") == "Text."


def test_author_words_hold_name_account_and_initials():
    words = author_words("From: ada.byron2@x.org (Dr. Augusta Byron)")
    assert {"augusta", "byron", "ada", "byron2", "ada.byron2", "ab"} <= words
    assert "dr" not in words and "x" not in words


def test_no_author_without_a_from_line():
    assert author_words("Subject: x") == frozenset()
