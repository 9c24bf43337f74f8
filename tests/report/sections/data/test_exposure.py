"""Sentences on what an encoder may have read before: true where the dates allow it, and reversed."""

import pytest
from sample import sample

from textstudy.report.schema.report import check
from textstudy.report.sections.data.exposure_findings import exposure

CARD = "https://example.org/card"


def findings(corpus, **reader):
    reader = {"resource": "bert", "kind": "encoder", "models": ["distilbert_freeze"], "published": 2018,
              "learned_from": "books", "card": CARD, **reader}  # fmt: skip
    public, published = corpus
    told = {"corpus": {"public": public, "published": published}, "readers": [reader]}
    return exposure(check({**sample(), "exposure": told}))


@pytest.mark.parametrize(
    ("corpus", "reader", "sentence"),
    [
        ((True, 1995), {}, "may have read these texts before: they are public since 1995, and it is of 2018."),
        ((True, 2018), {}, "may have read these texts before"),
        ((True, 2020), {}, "cannot have read these texts before: it is of 2018, and they were published in 2020."),
        ((True, None), {}, "may have read these texts before: they are public, but"),
        ((True, 1995), {"published": None}, "may have read these texts before: they are public, but"),
        ((None, None), {}, "is not known to have read these texts before"),
        ((False, None), {}, "cannot have read these texts before: a generator wrote them"),
    ],
)
def test_the_dates_decide(corpus, reader, sentence):
    (found,) = findings(corpus, **reader)
    assert found["text"].startswith("The encoder bert ") and sentence in found["text"]
    assert ("too high" in found["details"]) == ("may have" in sentence)
    assert "learned from books (https://example.org/card)" in found["details"]


def test_what_is_not_registered_is_said_to_be_so():
    (found,) = findings((True, 1995), learned_from="", published=None)
    assert found["details"].startswith(f"What it learned from is not recorded here; see {CARD}.")


def test_word_vectors_and_older_reports_have_no_sentence():
    assert findings((True, 1995), kind="vectors") == [] and exposure(sample()) == []
