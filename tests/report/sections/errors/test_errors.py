"""Errors in the report: sentences that state what the numbers show, tables, the figure, hostile texts."""

import pytest
from matplotlib import pyplot
from sample import sample
from scrutinised import scrutinised

from textstudy.report.drawing.style import house_style
from textstudy.report.schema.report import check
from textstudy.report.sections.errors import chapter, findings, label_noise, tables
from textstudy.report.sections.errors.figures import reliability

HOSTILE = "<script>alert(1)</script> | *x* `y` $z$ {{ 1 }}"
MODELS = {"linear_nb": ("linear", 0.71), "lstm": ("recurrent", 0.7), "stuck": ("recurrent", 0.2)}


def examined(*, labels=("rec.autos", "sci.med", "sci.space"), **changes):
    """Return a report whose errors were examined; `changes` replace parts of them."""
    report = sample(models=MODELS, labels=labels)
    row = {"id": "d1", "text": HOSTILE, "label": "rec.autos"}
    errors = {
        "documents": 400,
        "asked": ["linear_nb", "lstm"],
        "confusions": {name: [] for name in MODELS},
        "shared": {"count": 40, "unanimous": 30, "expected": 12.4,
                   "examples": [{**row, "answers": {"linear_nb": "sci.med", "lstm": "sci.med"}}]},
        "label_issues": {"count": 8, "examples": [{**row, "suggested": "sci.med", "probability": 0.97}]},
        "reliability": {name: [{"confidence": 0.5, "accuracy": 0.4, "count": 40}] * 3 for name in MODELS},
    }  # fmt: skip
    return check({**report, "errors": {**errors, **changes}})


def texts(report):
    return {item["kind"]: item["text"] for item in findings.findings(report)}


def details(report):
    return {item["kind"]: item["details"] for item in findings.findings(report)}


def test_sentences():
    report = examined()
    found = texts(report)
    assert found["shared_errors"] == (
        "All 2 models compared for errors misclassify the same 10.0 % of the test documents."
    )
    assert details(report)["shared_errors"] == (
        "These are 40 of 400 documents. If the errors of the models were independent, 12.4 would be expected. For 30 "
        "of these documents, they all give the same wrong class."
    )
    assert found["label_issues"] == (
        "8 of the 400 test labels are in doubt (2.0 %), and a person should read them again."
    )
    assert details(report)["label_issues"].startswith("Method: confident learning")


def test_with_two_classes_there_is_only_one_wrong_one_to_agree_on():
    assert details(examined(labels=("bad", "good")))["shared_errors"].endswith("12.4 would be expected.")


def test_sentences_where_there_are_no_errors():
    nothing = {"count": 0, "unanimous": 0, "expected": 0.2, "examples": []}
    report = examined(shared=nothing, label_issues={"count": 0, "examples": []})
    found = texts(report)
    assert found["shared_errors"] == "No test document is misclassified by all 2 models compared for errors."
    assert details(report)["shared_errors"].endswith("0.2 would be expected.")
    assert found["label_issues"] == "None of the 400 test labels is in doubt."
    assert not tables.shared(report) and not tables.label_issues(report)
    assert chapter.values(report, str)["participants"] == ""


@pytest.mark.parametrize("part", ["shared", "label_issues"])
def test_a_part_that_was_not_examined_has_no_sentence_and_no_table(part):
    report = examined(**{part: None})
    kinds = {"shared": "shared_errors", "label_issues": "label_issues"}
    assert kinds[part] not in texts(report) and set(kinds.values()) & set(texts(report))
    assert not getattr(tables, part)(report)


def test_without_errors_there_is_no_sentence():
    report = sample(models=MODELS)
    assert not texts(report)
    assert chapter.values(report, str) == {"examined": False} and reliability(report) is None


def test_which_models_are_compared():
    assert tables.participants(examined()) == (
        "Shared errors and labels in doubt are those of TF-IDF + naive Bayes and lstm. The answer of a model is the "
        "class with the highest mean probability over its seeds. Left out: stuck, with a validation accuracy less than "
        "halfway from the share of the most common class to the best model's accuracy."
    )


def test_texts_of_the_corpus_stay_texts():
    report = examined()
    for table in (tables.shared(report), tables.label_issues(report)):
        text = str(table.markdown())
        assert "<script>" not in text and "`y`" not in text
    assert tables.shared(report).rows[0][-1] == "sci.med (2)"


def test_the_figure_has_a_panel_for_each_model():
    with house_style():
        figure = reliability(examined())
        assert sum(axes.get_visible() for axes in figure.axes) == len(MODELS)
        pyplot.close(figure)


def test_an_estimate_without_an_interval_shows_none():
    report = scrutinised(sample())
    assert "estimates that 6.0 % [" in label_noise.details(report)
    report["scrutiny"]["label_noise"]["wrong"] = {"mean": 0.06, "low": 0.06, "high": 0.06}
    text = label_noise.details(report)
    assert "estimates that 6.0 % (some classes have too few documents for an interval) of the" in text
