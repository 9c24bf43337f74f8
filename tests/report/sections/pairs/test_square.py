"""What a report of many models prints: a square of differences, details of two models, F1 beside the matrix."""

import pytest
from matplotlib import pyplot
from sample import joined, pair, phased, sample

from textstudy.report.drawing.style import house_style
from textstudy.report.language import abridged
from textstudy.report.sections.details.figures import confusion_matrix
from textstudy.report.sections.pairs import square as pairs_square


def test_differences_of_the_two_metrics_stand_on_the_two_sides_of_the_diagonal():
    report = sample()
    report["pairs"] = [
        pair("linear_nb", "bilstm_attention", 0.08, significant=True),
        pair("bilstm_attention", "distilbert_freeze", -0.03, significant=False),
        {**pair("bilstm_attention", "linear_nb", -0.07, significant=True), "metric": "macro_f1"},
    ]
    table = pairs_square.differences_table(report)
    assert table.headers == ["Model", "1", "2", "3"]
    assert [list(map(str, row)) for row in table.rows] == [
        ["1 TF-IDF + naive Bayes", " ", "—", r"**\+8\.0**"],
        ["2 DistilBERT, frozen", "—", " ", r"\+3\.0"],
        ["3 BiLSTM + attention", "**−7\\.0**", "—", " "],
    ]
    assert "Above the diagonal: accuracy. Below the diagonal: macro F1." in table.caption


def test_only_many_pairs_become_a_square():
    assert not pairs_square.has_many_pairs(joined()) and pairs_square.has_many_pairs(phased())


def test_of_many_models_the_best_on_validation_and_the_simple_baseline_are_printed():
    few = joined()
    assert abridged.models_on_paper(few) == list(few["models"])
    models = {f"m{number}": ("recurrent", 0.5 + 0.01 * number) for number in range(9)}
    many = sample(models={**models, "svm": ("linear", 0.4), "nb": ("linear", 0.3)})
    assert abridged.models_on_paper(many) == ["m8", "svm"]
    many["models"]["m8"]["refits"] = "m7"
    assert abridged.models_on_paper(many) == ["m7", "svm"], "validation does not choose a refit"
    assert abridged.models_on_paper(sample(models=models)) == ["m8"]


@pytest.mark.parametrize("known", [True, False])
def test_bars_of_f1_stand_in_the_rows_of_the_matrix(known):
    report = sample()
    model = report["models"]["linear_nb"]
    scores = {row["label"]: row["f1"] for row in model["per_class"]}
    model["per_class"] = model["per_class"][::-1] if known else []
    with house_style():
        matrix, bars = confusion_matrix(report, "linear_nb").axes
        assert bars.get_visible() == known
        drawn = {bar.get_y() + bar.get_height() / 2: bar.get_width() for bar in bars.patches}
        expected = {place + 0.5: scores[label] for place, label in enumerate(report["corpus"]["labels"])}
        assert drawn == (pytest.approx(expected) if known else {})
        assert matrix.get_position().bounds[1::2] == pytest.approx(bars.get_position().bounds[1::2])
        pyplot.close()
