"""The published protocol in the report: what one sentence hides of the documents, and where both agree."""

import pytest
from robust import COSTS, KINDS, rows, sentences, two_models
from sample import sample

from textstudy.report.sections.protocol import chapter, findings, tables

WIDENED = "widened for 18 comparisons"


def with_sentence(report, **right):
    """Return the report with a sentence; `right` is model → its share of right variants, for every perturbation."""
    report["robustness"]["sentence"] = {
        "text": "It is a great book", "label": "good", "share": 0.1, "variants": 100,
        "edited": dict.fromkeys(KINDS, 1.0),
        "models": {name: {"clean": 1.0, "accuracies": dict.fromkeys(KINDS, share)} for name, share in right.items()},
    }  # fmt: skip
    return report


def test_one_word_of_five_is_edited_and_compared_with_such_documents():
    report = with_sentence(two_models(), linear_nb=1.0, bilstm_attention=0.9)
    assert findings.count_edited_words(report) == (1, 5) and findings.nearest_share(report) == 0.2
    found = {row.pop("Perturbation"): row for row in rows(tables.table(report))}
    assert found["none"] == {"TF-IDF + naive Bayes": "100 / 71.0", "BiLSTM + attention": "100 / 63.0"}
    drop = 0.3 * COSTS["homoglyph"] * 0.5**0.7
    assert found["homoglyph"]["BiLSTM + attention"] == f"90 / {100 * (0.63 - drop):.1f}"


def test_a_perturbation_that_edits_nothing_in_the_sentence_is_not_compared():
    report = with_sentence(two_models(), linear_nb=0.9, bilstm_attention=1.0)
    report["robustness"]["sentence"]["edited"]["homoglyph"] = 0.0
    (text,) = sentences(report, "protocol")
    assert "of 16 pairs" in text and "homoglyph" not in text


def test_intervals_are_widened_for_many_comparisons():
    """One loss of 18 a little outside its own interval is what chance gives; alone it is a difference."""
    estimate = {"mean": 0.10, "low": 0.08, "high": 0.13}
    low, high = findings.widen_interval(estimate, 18)
    assert low == pytest.approx(0.10 - 0.02 * 2.99 / 1.96, abs=1e-4)
    assert high == pytest.approx(0.10 + 0.03 * 2.99 / 1.96, abs=1e-4)
    assert findings.widen_interval(estimate, 1) == pytest.approx((0.08, 0.13))


def test_what_the_protocol_hides():
    (text,) = sentences(with_sentence(two_models(), linear_nb=0.9, bilstm_attention=1.0), "protocol")
    assert "hides results that real documents show. It shows a smaller loss than the documents in 7 of 18 pairs" in text
    assert "BiLSTM + attention and homoglyph, 0.0 points instead of 16.6 [15.4, 17.8]" in text
    assert "It shows a larger loss than the documents in 9 of 18 pairs" in text and WIDENED in text
    assert "It puts BiLSTM + attention above TF-IDF + naive Bayes, but the documents show the reverse" in text
    assert "a single text, so its percentages have no interval over texts" in text
    (text,) = sentences(with_sentence(two_models(), linear_nb=1.0, bilstm_attention=1.0), "protocol")
    assert "It gives TF-IDF + naive Bayes and BiLSTM + attention the same score, but the documents" in text


def test_a_protocol_that_agrees_hides_nothing():
    alike = two_models(linear_nb=0.01, bilstm_attention=0.011)
    (text,) = sentences(with_sentence(alike, linear_nb=0.995, bilstm_attention=0.995), "protocol")
    assert "agrees with real documents here: each of its 18 losses" in text and WIDENED in text
    assert "hides" not in text
    (text,) = sentences(with_sentence(alike, linear_nb=0.9, bilstm_attention=0.9), "protocol")
    assert "shows larger losses than real documents do" in text and "hides" not in text and "smaller loss" not in text


def test_a_model_that_is_wrong_without_edits_is_not_compared():
    report = with_sentence(two_models(), linear_nb=1.0, bilstm_attention=1.0)
    report["robustness"]["sentence"]["models"]["bilstm_attention"]["clean"] = 0.5
    (text,) = sentences(report, "protocol")
    assert "It says nothing about BiLSTM + attention" in text and "of 9 pairs" in text and "same score" not in text


@pytest.mark.parametrize("report", [sample(), two_models()], ids=["no perturbations", "no sentence"])
def test_without_a_sentence_there_is_no_chapter(report):
    assert chapter.values(report, str) == {"sentence": None} and sentences(report, "protocol") == []
