"""Errors in the report: sentences that say what the numbers say, tables, figure, hostile texts."""

import pytest
from matplotlib import pyplot
from sample import sample

from textstudy.report.drawing.style import house_style
from textstudy.report.sections.details import tables as confusions
from textstudy.report.sections.errors import findings as errors_findings
from textstudy.report.sections.errors import tables as errors_tables
from textstudy.report.sections.errors.figures import reliability

HOSTILE = "<script>alert(1)</script> | *x* `y` $z$ {{ 1 }}"


def report(**changes):
    found = sample(models={"linear_nb": ("linear", 0.71), "lstm": ("recurrent", 0.7), "stuck": ("recurrent", 0.2)})
    row = {"id": "d1", "text": HOSTILE, "label": "rec.autos"}
    found["errors"] = {
        "documents": 400,
        "asked": ["linear_nb", "lstm"],
        "confusions": {"lstm": [{"true": "rec.autos", "predicted": "sci.med", "count": 4,
                                 "examples": [{**row, "probability": 0.91}]}]},
        "shared": {"count": 40, "unanimous": 30, "expected": 12.4,
                   "examples": [{**row, "answers": {"linear_nb": "sci.med", "lstm": "sci.med"}}]},
        "label_issues": {"count": 8, "examples": [{**row, "suggested": "sci.med", "probability": 0.97}]},
        "reliability": {"lstm": [{"confidence": 0.5, "accuracy": 0.4, "count": 40}] * 3},
    }  # fmt: skip
    found["errors"] |= changes
    return found


def sentences(found):
    return {item["kind"]: item["text"] for item in errors_findings.findings(found)}


def test_sentences():
    found = report()
    for name, score in (("linear_nb", 0.02), ("lstm", 0.12), ("stuck", 0.04)):
        found["models"][name]["expected_calibration_error"] = score
    said = sentences(found)
    assert said["shared_errors"] == (
        "All 2 models asked get 40 of 400 test documents (10.0 %) wrong, where 12.4 would be expected if they erred "
        "independently; on 30 of them they agree on the same wrong class."
    )
    assert said["label_issues"].startswith(
        "Confident learning doubts 8 of the 400 test labels (2.0 %). Such a label is"
    )
    assert "from 2.0 % (" in said["calibration"] and "to 12.0 % (lstm)" in said["calibration"]
    assert "without a test of their order; 1 of 3 models is off" in said["calibration"]


def test_of_two_classes_there_is_only_one_wrong_one_to_agree_on():
    found = report()
    found["corpus"] = {"labels": ["bad", "good"]}
    assert sentences(found)["shared_errors"].endswith("where 12.4 would be expected if they erred independently.")


def test_sentences_of_nothing():
    nothing = {"count": 0, "unanimous": 0, "expected": 0.2, "examples": []}
    found = report(shared=nothing, label_issues={"count": 0, "examples": []})
    said = sentences(found)
    assert said["shared_errors"].endswith("where 0.2 would be expected if they erred independently.")
    assert said["label_issues"].startswith("Confident learning doubts none of the 400 test labels. ")
    assert not errors_tables.shared(found) and not errors_tables.label_issues(found)


@pytest.mark.parametrize("missing", [None, {}])
def test_without_errors_nothing_is_said(missing):
    found = sample()
    found["errors"] = missing
    assert {item["kind"] for item in errors_findings.findings(found)} <= {"calibration"}
    assert (
        not errors_tables.shared(found)
        and not errors_tables.label_issues(found)
        and not confusions.examples(found, "linear_nb")
    )
    assert reliability(found) is None


def test_who_was_asked():
    assert errors_tables.asked(report()) == (
        "Asked: TF-IDF + naive Bayes and lstm; each answers with the mean of its seeds. Not asked, because the "
        "validation accuracy is not even halfway from the share of the most common class to the best model's: stuck."
    )


def test_texts_of_the_corpus_stay_texts():
    found = report()
    for table in (errors_tables.shared(found), errors_tables.label_issues(found), confusions.examples(found, "lstm")):
        text = str(table.markdown())
        assert "<script>" not in text and "`y`" not in text
    assert errors_tables.shared(found).rows[0][-1] == "sci.med (2)"


def test_the_figure_has_a_panel_for_each_model_that_was_measured():
    with house_style():
        figure = reliability(report())
        assert sum(axes.get_visible() for axes in figure.axes) == 1
        pyplot.close(figure)
