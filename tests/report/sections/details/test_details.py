"""Model by model: confusions and classes in sentences and tables, with documents as examples."""

import pytest
from robust import rows, sentences
from sample import cells, sample

from textstudy.report.sections.details import chapter, tables
from textstudy.report.sections.details.findings import findings

HOSTILE = "<script>alert(1)</script> | *x* `y` $z$ {{ 1 }}"


def examined():
    """Return a report in which one confusion of the linear model has a document."""
    report = sample()
    example = {"id": "d1", "text": HOSTILE, "label": "rec.autos", "probability": 0.91}
    pair = {"true": "rec.autos", "predicted": "sci.space", "count": 4, "examples": [example]}
    confusions = {name: [pair] if name == "linear_nb" else [] for name in report["models"]}
    return {**report, "errors": {"confusions": confusions}}


def details(report, kind):
    (found,) = [item["details"] for item in findings(report) if item["kind"] == kind]
    return found


def test_the_most_frequent_confusion_and_the_extreme_classes_of_the_best_model():
    report = sample()
    top = report["confusions"]["linear_nb"][0]
    (text,) = sentences(report, "confusion")
    assert text.endswith(f"most often confuses {top['true']} with {top['predicted']}.")
    assert f"It takes {100 * top['share']:.1f} %" in details(report, "confusion")
    classes = sorted(report["models"]["linear_nb"]["per_class"], key=lambda row: row["f1"])
    (text,) = sentences(report, "classes")
    assert f"best on {classes[-1]['label']} and worst on {classes[0]['label']}." in text
    assert f"{classes[-1]['f1']:.2f} and {classes[0]['f1']:.2f}" in details(report, "classes")


@pytest.mark.parametrize("same", [True, False])
def test_a_confusion_that_models_share_is_counted(same):
    report = sample()
    top = report["confusions"]["linear_nb"][0]
    other = {**top, "true": top["predicted"], "predicted": top["true"]}
    for name in report["models"]:
        report["confusions"][name] = [top if same or name == "linear_nb" else other]
    text = details(report, "confusion")
    assert ("This is the most frequent confusion of 3 of 3 models." in text) == same


def test_classes_that_are_equal_or_without_documents_are_not_extreme():
    report = sample()
    classes = report["models"]["linear_nb"]["per_class"]
    classes[0].update(f1=0.0, support=0)
    (text,) = sentences(report, "classes")
    assert classes[0]["label"] not in text
    for row in classes:
        row["f1"] = 0.5
    assert sentences(report, "classes") == []


def test_a_model_without_errors_has_no_confusion():
    report = sample()
    report["confusions"] = {name: [] for name in report["models"]}
    assert sentences(report, "confusion") == [] and not tables.strongest(report, "linear_nb")


def test_the_matrix_shows_counts_with_their_share_and_an_example():
    report = examined()
    report["models"]["linear_nb"]["confusion"] = cells([[9, 1, 0, 0], [0, 6, 4, 0], [0, 0, 10, 0], [0, 0, 0, 10]])
    found = {row["True class"]: row for row in rows(tables.matrix(report, "linear_nb"))}
    assert found["comp.graphics"]["sci.space"] == " "
    assert found["comp.graphics"]["comp.graphics"].startswith("[9]{.heat-6}")
    assert r"comp\.graphics\, classified correctly\: 9 of 10 \(90\.0 \%\)" in found["comp.graphics"]["comp.graphics"]
    assert r"classified as sci\.space\: 4 of 10 \(40\.0 \%\)\. For example d1" in found["rec.autos"]["sci.space"]


def test_texts_of_the_corpus_stay_texts():
    for table in (tables.examples(examined(), "linear_nb"), tables.matrix(examined(), "linear_nb")):
        text = str(table.markdown())
        assert "alert" in text and "<script>" not in text and "`y`" not in text


def test_documents_behind_confusions_are_those_of_models_that_have_some():
    assert [found["title"] for found in chapter.values(examined(), str)["confused"]] == ["TF-IDF + naive Bayes"]
    assert chapter.values(sample(), str)["confused"] == []
