"""Scripts and languages of a corpus, as far as they can be told."""

import json

import pytest

from textstudy.prepare.languages import describe_languages

ENGLISH = "The room was clean and the staff were very friendly, so we will come again."
GERMAN = "Das Zimmer war sauber und das Personal sehr freundlich, wir kommen gern wieder."
HINDI = "कमरा साफ था और कर्मचारी बहुत अच्छे थे, हम फिर आएंगे।"
CHINESE = "房间很干净，服务员也很热情，我们下次还会再来这里住。"


@pytest.mark.parametrize(
    ("text", "language", "script"),
    [(ENGLISH, "en", "Latin"), (GERMAN, "de", "Latin"), (HINDI, "hi", "Devanagari"), (CHINESE, "zh", "Han")],
)
def test_one_language(text, language, script):
    found = describe_languages([text] * 3)
    assert found["languages"] == {language: 1.0} and found["documents"] == 3
    assert next(iter(found["scripts"])) == script and found["scripts"][script] > 0.95


def test_shares_of_several_languages_the_largest_first():
    found = describe_languages([ENGLISH] * 70 + [GERMAN] * 29 + [HINDI])
    assert found["languages"] == {"en": 0.7, "de": 0.29, "hi": 0.01}
    assert list(found["scripts"]) == ["Latin", "other"], "one text in a hundred is under one per cent of the letters"
    json.dumps(found)


@pytest.mark.parametrize("text", ["", "12 345 6.7", "😀", "\x00 \ud800"])
def test_texts_without_a_language(text):
    found = describe_languages([text])
    assert found["languages"] == {"und": 1.0}


def test_the_documents_looked_at_are_spread_over_the_corpus():
    found = describe_languages([ENGLISH] * 2999 + [GERMAN + "x" * 10**6] + [GERMAN] * 2999)
    assert found["documents"] == 2000
    assert found["languages"] == {"en": pytest.approx(0.5), "de": pytest.approx(0.5)}
