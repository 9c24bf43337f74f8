"""The subject of a message, and the rest of its header."""

import pytest

from textstudy.prepare.header_parts import other_fields, subject

HEADER = "From: a@b.org\nSubject: Re: one\n two\nOrganization: C"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_header_is_its_subject_and_the_rest(newline):
    text = f"{HEADER}\n\nSubject: of the body".replace("\n", newline)
    assert subject(text).split() == ["Re:", "one", "two"]
    assert other_fields(text) == "From: a@b.org\nOrganization: C"


@pytest.mark.parametrize("text", ["", "Plain words.\n\nMore words.", "Subject: alone is no header\n\nx"])
def test_a_text_without_a_header_has_no_parts(text):
    assert subject(text) == other_fields(text) == ""
