"""Where a header ends, which texts have none, headers pasted into a body, and who the author is."""

import pytest

from textstudy.prepare.headers import author_address, author_words, header_block, strip_pasted_headers

HEADER = "From: ada@x.org (Ada Byron)\nSubject: engines\nLines: 2"


def test_a_header_ends_at_the_first_blank_line():
    assert header_block(f"{HEADER}\n\nBody.\n\nMore.") == (HEADER, "Body.\n\nMore.")


@pytest.mark.parametrize("blank", ["", " ", "\t", "\u00a0", "\u3000", " \u00a0\t", "\u200b"])
def test_a_blank_line_may_hold_white_space(blank):
    assert header_block(f"{HEADER}\n{blank}\nFirst paragraph.\n\nSecond.") == (HEADER, "First paragraph.\n\nSecond.")


def test_a_header_ends_at_the_first_line_that_is_no_field():
    assert header_block(f"{HEADER}\nBody without a blank line.\n\nMore.") == (
        HEADER,
        "Body without a blank line.\n\nMore.",
    )


def test_without_a_blank_line_only_known_fields_are_header():
    mail = "From: ada@x.org\nTo: bob@x.org\n"
    assert header_block(mail + "Question: why is it so?\nBecause.") == (mail[:-1], "Question: why is it so?\nBecause.")


def test_fields_may_be_folded_and_have_any_name():
    folded = "From: ada@x.org (Ada)\nReferences: <1@x.org>\n <2@x.org>\nX-Own: a\n\tb\nNf-ID: #N:cdp"
    assert header_block(f"{folded}\n\nBody.") == (folded, "Body.")


def test_a_header_may_have_lost_its_first_line():
    damaged = " site!other!user\n" + HEADER
    assert header_block(f"{damaged}\n\nBody.") == (damaged, "Body.")


def test_lines_above_a_header_may_be_blank():
    assert header_block(f"\n \n{HEADER}\n\nBody.") == (HEADER, "Body.")


def test_from_with_subject_above_a_blank_line_is_a_header_even_without_an_address():
    assert header_block("From: Ada Byron\nSubject: engines\n\nBody.") == ("From: Ada Byron\nSubject: engines", "Body.")


def test_a_message_without_text_is_only_a_header():
    assert header_block(f"{HEADER}\n\n") == (HEADER, "")
    assert header_block("From: a@b.c\nMessage-ID: <1@x.org>") == ("From: a@b.c\nMessage-ID: <1@x.org>", "")


@pytest.mark.parametrize(
    "own",
    [
        "Note: this is text.\nWarning: so is this.\n\nBody.",
        "From: Lyon\nTo: Ghent\nDate: 2 June\nTwo seats, please.",
        "From: Lyon\nTo: Ghent\nDate: 2 June\n\nTwo seats, please.",
        "A seat for one.\nFrom: Lyon\nTo: Ghent\nDate: 2 June 2021 10:15\nby the window",
        "Summary: a study of tides\nKeywords: moon, sea\nWe measure the tides.",
        "Summary: a study of tides\nKeywords: moon, sea\n\nWe measure the tides.",
        "Subject: the harbour\nDate: spring\nThe boats come back.",
        "Organization: Harbour Club\nSummary: boats\n\nThe boats come back.",
        "References: Smith 2001\nPath: /usr/lib/boats\n\nThe boats come back.",
        "Received: three boxes\nDate: 2 June\n\nOne box was broken.",
        "X-ray: normal\nDate: 2 June\n\nNo fracture.",
        "Date: 2 Jun 2021 10:15\nFrom: Lyon\nTo: Ghent\n\nTwo seats, please.",
        "From: Lyon\nTo: Ghent",
        "From: ada@x.org\nTo: bob@x.org\nSubject: Shall we meet at noon?",
        "From: 한국\nTo: 日本\nDate: 6월 2일\n두 명",
    ],
)
def test_lines_that_people_write_are_no_header(own):
    assert header_block(own) == ("", own)
    assert strip_pasted_headers(own) == own


def test_pasted_headers_go_with_their_folded_lines():
    text = "See below.\nNewsgroups: a.b,\n c.d\nPath: x!y\nFrom: a@b.c\n\nText.\nSubject: alone is a word of the text"
    assert strip_pasted_headers(text) == "See below.\n\nText.\nSubject: alone is a word of the text"


@pytest.mark.parametrize(
    "pasted",
    [
        "From ada@x.org Tue Apr 20 10:28:47 1993\nReceived: from a.org by b.org\nSubject: engines",
        "From: Ada Byron <ada@x.org>\nSubject: engines",
        "   Path: a!b!c\n   From: ada@x.org\n   References: <1@x.org>",
        "From: Ada\nDate: Tue, 20 Apr 1993 10:28:47 GMT",
    ],
)
def test_pasted_headers_go_if_a_program_wrote_them(pasted):
    assert strip_pasted_headers(f"Above.\n\n{pasted}\n\nBelow.") == "Above.\n\n\nBelow."


def test_a_single_newsgroups_line_gives_the_label_away_and_goes():
    assert strip_pasted_headers("Newsgroups: sci.space\nText.") == "Text."
    assert strip_pasted_headers("Newsgroups: I like them.\nText.") == "Newsgroups: I like them.\nText."


def test_author_words_hold_name_account_and_initials():
    words = author_words("From: ada.byron2@x.org (Dr. Augusta Byron)")
    assert {"augusta", "byron", "ada", "byron2", "ada.byron2", "ab"} <= words
    assert "dr" not in words and "x" not in words


def test_no_author_without_a_from_line():
    assert author_words("Subject: x") == frozenset()
    assert author_address("Subject: x") == ""


@pytest.mark.parametrize("line", ["Ada Byron <Ada@X.org>", "ADA@X.ORG (Ada Byron)", "ada@x.org"])
def test_an_author_is_known_by_the_address(line):
    assert author_address(f"Subject: x\nFrom: {line}") == "ada@x.org"
    assert author_address("From: Ada Byron") == "ada byron"
