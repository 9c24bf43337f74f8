"""The semantic audit in the report: its sentence, its tables, and texts that try to break the page."""

import re
from html import unescape
from pathlib import Path

import pytest
from sample import sample

from textstudy.report.findings import make_findings
from textstudy.report.language.escaping import plain
from textstudy.report.page.pandoc import typeset
from textstudy.report.render import compose_chapters, convert
from textstudy.report.sections.data import semantic_tables
from textstudy.report.sections.data.semantic_findings import neighbours

HOSTILE = "<script>alert(1)</script> `#import` $x$ ](javascript:a) {{ 7*7 }} a|b *c* _d_ @ref ]{.e} <img src=x>\n::: x"


@pytest.fixture
def report():
    return sample()


def data_chapter(report) -> str:
    return compose_chapters(report, figures=set(), base=Path("results"))["data"]


def audit_of(report):
    return report["encodings"]["wordpieces"]["semantic"]


def test_the_sentence_has_the_yardstick_and_the_score_without_the_near_ones(report):
    (found,) = neighbours(report)
    assert found["text"] == "8 of 400 test documents (2.0 %) have a training document that says nearly the same."
    assert found["details"] == (
        "By the states of packaged-encoder, with a similarity of 0.8 or more. Among training documents, 3.0 % have "
        "another one so near. The label of the nearest training document is right for 60.0 % of the test documents, "
        "and for 59.4 % without the near ones."
    )
    assert found["text"] in [each["text"] for each in make_findings(report)]


@pytest.mark.parametrize(
    ("near", "words"),
    [(0, "None of 400 test documents (0.0 %) has a training"), (1, "1 of 400 test documents (0.2 %) has a")],
)
def test_few_near_documents(report, near, words):
    audit_of(report)["splits"]["test"].update(near=near, near_same_label=near)
    (found,) = neighbours(report)
    assert found["text"].startswith(words)
    assert ("without the near ones" in found["details"]) == bool(near)


def test_without_test_documents_or_frozen_encoder_there_is_no_sentence(report):
    audit_of(report)["splits"]["test"].update(documents=0, quantiles=None, near=0, near_same_label=0, same_label=0)
    assert neighbours(report) == []
    report["encodings"]["wordpieces"]["semantic"] = None
    assert neighbours(report) == []
    assert not semantic_tables.similarities(report) and not semantic_tables.levels(report)
    assert "Nearest in meaning" not in data_chapter(report)


def test_each_encoding_has_its_rows(report):
    report["encodings"]["others"] = report["encodings"]["wordpieces"]
    table = semantic_tables.similarities(report)
    assert [row[:2] for row in table.rows[2:4]] == [
        ["wordpieces", "training, to the rest of training"],
        ["others", "test"],
    ]
    assert [each.identifier for each in semantic_tables.pairs(report)] == [
        "table-semantic-pairs-wordpieces",
        "table-semantic-pairs-others",
    ]


def test_hostile_texts_and_labels_stay_text(report, tmp_path):
    for pair in audit_of(report)["pairs"]:
        pair.update(dict.fromkeys(("text", "label", "id", "neighbour_text", "neighbour_label", "neighbour"), HOSTILE))
    text = data_chapter(report)
    page = convert(text, report, "html5", tmp_path)
    assert page.count("<script") == 1 and "<img" not in page, "the page has one script of its own"
    assert "javascript:a" not in re.findall(r'href="([^"]*)"', page)
    assert " ".join(unescape(page).split()).count(plain(HOSTILE)) == 12
    assert len(typeset(convert(text, report, "typst", tmp_path), tmp_path)) > 10_000
