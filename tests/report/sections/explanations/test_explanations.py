"""Explanations in the report: which run, which words, which side; and whether they tell more than chance."""

import json

import pytest
from matplotlib import pyplot
from robust import estimate, explained
from sample import sample

from textstudy.report.collect import explanations as collect_explanations
from textstudy.report.drawing.style import house_style
from textstudy.report.findings import make_findings
from textstudy.report.sections.explanations import tables as explanations_tables
from textstudy.report.sections.explanations.figures import deletion_curves


def text_of(report):
    (text,) = [item["text"] for item in make_findings(report) if item["kind"] == "faithfulness"]
    return text


def set_area(report, name, value, half=0.02):
    """Set the area between the deletion curves of a model."""
    found = report["explanations"][name]["faithfulness"]
    found["difference"] = estimate(value, half)
    found["faithful"] = found["difference"]["low"] > found["smallest_difference"]


def test_the_lowest_seed_speaks_for_a_model(tmp_path):
    paths = []
    for model, seed in (("b", 10), ("b", 9), ("a", 3)):
        path = tmp_path / model / str(seed) / "explanations.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"method": f"{model}{seed}"}))
        paths.append(path)
    assert collect_explanations.read_explanations(paths) == {
        "a": {"seed": 3, "method": "a3"},
        "b": {"seed": 9, "method": "b9"},
    }
    assert collect_explanations.read_explanations([]) == {}


def test_attributions_tell_more_than_chance_only_where_their_test_says_so():
    report = explained(sample())
    text = text_of(report)
    assert "so they tell what the answer rests on: TF-IDF + naive Bayes (+9.0 [+7.0, +11.0] points)." in text
    assert "could be shown for BiLSTM + attention (+0.4 [−1.6, +2.4] points): the highlights there explain" in text
    set_area(report, "linear_nb", -0.09)
    set_area(report, "bilstm_attention", 0.08)
    text = text_of(report)
    assert "rests on: BiLSTM + attention (+8.0" in text
    assert "for TF-IDF + naive Bayes (−9.0 [−11.0, −7.0] points): the highlights there mislead." in text
    set_area(report, "bilstm_attention", 0.025)  # above zero, yet by less than counts
    assert "rests on" not in text_of(report)
    shown = {row[0]: row[-1] for row in explanations_tables.faithfulness(report).rows}
    assert shown == {"TF-IDF + naive Bayes": "less than chance", "BiLSTM + attention": "not shown"}


def test_words_are_shaded_by_side_and_strength():
    document = explained(sample())["explanations"]["linear_nb"]["documents"][0]
    shown = explanations_tables.highlighted(document, "attribution")
    assert "[great]{.towards .level-4}" in shown and "[nobody]{.against .level-4}" in shown
    assert "[film]{.towards .level-2}" in shown and "[why]{.against .level-2}" in shown
    assert r"[film]{.towards .level-2}\, I" in shown, "no space before a comma, and faint words are plain"
    assert explanations_tables.highlighted(document, "attention") is None
    assert explanations_tables.strongest(document) == (
        "Strongest for the answer: great (+1.00), likes (+0.55), film (+0.40), know (+0.20), do (+0.10); "
        "against it: nobody (−1.00), not (−0.65), why (−0.30)."
    )


def test_a_word_that_stands_there_often_is_named_once():
    words = (("Not", -0.5), ("not", -0.9), ("good", 0.4), ("NOT", 0.3), ("not", -0.2))
    tokens = [{"text": word, "attribution": value, "attention": None} for word, value in words]
    said = explanations_tables.strongest({"tokens": tokens})
    assert said == "Strongest for the answer: good (+0.40), NOT (+0.30); against it: not (−0.90)."


def test_attention_is_shaded_without_a_side_and_by_the_largest_weight():
    document = explained(sample())["explanations"]["bilstm_attention"]["documents"][0]
    shown = explanations_tables.highlighted(document, "attention")
    assert "[nobody]{.attended .level-4}" in shown and "against" not in shown and "towards" not in shown


@pytest.mark.parametrize("weight", [0.0, 1e-300, -1.0])
def test_any_weights_can_be_shaded(weight):
    document = {"tokens": [{"text": "a", "attribution": weight, "attention": None}]}
    assert "a" in explanations_tables.highlighted(document, "attribution")
    assert explanations_tables.highlighted({"tokens": []}, "attribution") is None


def test_headings_say_what_a_document_is_an_example_of():
    right, wrong, flipped = explained(sample())["explanations"]["linear_nb"]["documents"]
    assert explanations_tables.heading(right) == (
        "Right: the class is comp.graphics, answered comp.graphics with a probability of 91.0 %."
    )
    assert explanations_tables.heading(wrong).startswith("Wrong: the class is comp.graphics, answered rec.autos with")
    assert "answered rec.autos after the perturbation QWERTY neighbour with" in explanations_tables.heading(flipped)


def test_top_words_of_a_class_without_any():
    report = explained(sample())
    report["explanations"]["linear_nb"]["top_words"]["sci.space"] = []
    shown = {row[0]: row[1] for row in explanations_tables.top_words(report, "linear_nb").rows}
    assert shown["sci.space"] == "none" and shown["rec.autos"].startswith("recword1 (0.90), recword2 (0.45)")
    assert "weight in logits." in explanations_tables.top_words(report, "linear_nb").caption
    assert "over 100 test documents" in explanations_tables.top_words(report, "bilstm_attention").caption


def test_each_explained_model_has_a_panel_with_both_curves():
    with house_style():
        figure = deletion_curves(explained(sample()))
        panels = {axes.get_title(loc="left"): axes for axes in figure.axes if axes.get_visible()}
        assert list(panels) == ["TF-IDF + naive Bayes", "BiLSTM + attention"]
        drawn = [line.get_ydata() for line in panels["TF-IDF + naive Bayes"].get_lines() if len(line.get_xdata())]
        assert [line[-1] for line in drawn] == pytest.approx([42.0, 60.0])
        pyplot.close(figure)
        assert deletion_curves(sample()) is None
    assert not [item for item in make_findings(sample()) if item["kind"] == "faithfulness"]
