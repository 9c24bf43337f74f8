"""The published protocol in the report: what one sentence hides of the documents, and where both agree."""

import pytest
from robust import COSTS, KINDS, rows, sentences, set_difference, two_models
from sample import sample

from textstudy.report.findings import make_findings
from textstudy.report.sections.protocol import chapter, findings, tables

TOGETHER = "These intervals hold for all models, perturbations and shares together."


def with_sentence(report, **right):
    """Return the report with a sentence; `right` is model → its share of right variants, for every perturbation."""
    report["robustness"]["sentence"] = {
        "text": "It is a great book", "label": "good", "share": 0.1, "variants": 100,
        "edited": dict.fromkeys(KINDS, 1.0),
        "models": {name: {"clean": 1.0, "accuracies": dict.fromkeys(KINDS, share)} for name, share in right.items()},
    }  # fmt: skip
    return report


def both(report):
    """Return the sentence of the finding, and its details."""
    (item,) = [item for item in make_findings(report) if item["kind"] == "protocol"]
    return item["text"], item["details"]


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
    _, details = both(report)
    assert "of 14 pairs" in details and "homoglyph" not in details, "expansion is not measured on the documents"


def test_what_the_protocol_hides():
    text, details = both(with_sentence(two_models(), linear_nb=0.9, bilstm_attention=1.0))
    assert text == "A published test of 100 variants of one sentence hides what real documents show."
    assert "It shows a smaller loss than the documents in 7 of 16 pairs" in details
    assert "BiLSTM + attention and homoglyph, 0.0 points instead of 16.6 [15.4, 17.8]" in details
    assert "It shows a larger loss than the documents in 8 of 16 pairs" in details and TOGETHER in details
    assert "It puts BiLSTM + attention above TF-IDF + naive Bayes, but the documents show the reverse" in details
    assert "a single text, so its percentages have no interval over texts" in details
    _, details = both(with_sentence(two_models(), linear_nb=1.0, bilstm_attention=1.0))
    assert "It gives TF-IDF + naive Bayes and BiLSTM + attention the same score, but the documents" in details


def test_an_order_is_reversed_only_where_the_pair_of_models_is_shown_to_differ():
    report = with_sentence(two_models(), linear_nb=0.9, bilstm_attention=1.0)
    set_difference(report, "linear_nb", "bilstm_attention", "kept", 0.1, half=0.2)
    assert "reverse" not in both(report)[1]


def test_a_protocol_that_agrees_hides_nothing():
    alike = two_models(linear_nb=0.01, bilstm_attention=0.011)
    text, details = both(with_sentence(alike, linear_nb=0.995, bilstm_attention=0.995))
    assert "agrees with real documents here" in text and "Each of its 16 losses lies inside" in details
    assert "hides" not in text
    text, details = both(with_sentence(alike, linear_nb=0.9, bilstm_attention=0.9))
    assert "shows larger losses than real documents do" in text and "smaller loss" not in details


def test_a_model_that_is_wrong_without_edits_is_not_compared():
    report = with_sentence(two_models(), linear_nb=1.0, bilstm_attention=1.0)
    report["robustness"]["sentence"]["models"]["bilstm_attention"]["clean"] = 0.5
    _, details = both(report)
    assert "It says nothing about BiLSTM + attention" in details and "of 8 pairs" in details
    assert "same score" not in details


def test_a_sentence_that_nothing_can_edit_says_nothing():
    report = with_sentence(two_models(), linear_nb=1.0, bilstm_attention=1.0)
    report["robustness"]["sentence"]["edited"] = dict.fromkeys(KINDS, 0.0)
    assert sentences(report, "protocol") == []


@pytest.mark.parametrize("report", [sample(), two_models()], ids=["no perturbations", "no sentence"])
def test_without_a_sentence_there_is_no_chapter(report):
    assert chapter.values(report, str) == {"sentence": None} and sentences(report, "protocol") == []
