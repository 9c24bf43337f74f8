"""Explanations in the report: which run, which words, and whether they explain more than random words do."""

import json

import pytest
from matplotlib import pyplot
from robust import estimate, explained, rows, sentences
from sample import sample

from textstudy.report.collect import explanations as collect_explanations
from textstudy.report.drawing.style import house_style
from textstudy.report.sections.explanations import documents, tables
from textstudy.report.sections.explanations.figures import deletion_curves


def set_area(report, name, value, half=0.02):
    """Set the area between the deletion curves of a model."""
    found = report["explanations"][name]["faithfulness"]
    found["difference"] = estimate(value, half)
    found["faithful"] = found["difference"]["low"] > found["smallest_difference"]


def test_the_run_with_the_lowest_seed_is_explained(tmp_path):
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


def test_attributions_explain_more_than_random_words_only_where_their_test_shows_it():
    report = explained(sample())
    (text,) = sentences(report, "faithfulness")
    better, unclear = text.split("depends on. ")
    assert better.startswith("For TF-IDF + naive Bayes (+9.0 [+7.0, +11.0] points on average), deleting the words")
    assert unclear.startswith("For BiLSTM + attention (+0.4 [−1.6, +2.4] points on average), deleting")
    assert "is not shown to lower" in unclear and "not shown" not in better
    set_area(report, "linear_nb", -0.09)
    set_area(report, "bilstm_attention", 0.08)
    better, worse = sentences(report, "faithfulness")[0].split("depends on. ")
    assert better.startswith("For BiLSTM + attention (+8.0")
    assert worse.startswith("For TF-IDF + naive Bayes (−9.0 [−11.0, −7.0] points") and worse.endswith("misleading.")
    set_area(report, "bilstm_attention", 0.025)  # above zero, but below the smallest difference that counts
    assert "depends on" not in sentences(report, "faithfulness")[0]
    verdicts = {row["Model"]: row["Better than random"] for row in rows(tables.faithfulness(report))}
    assert verdicts == {"TF-IDF + naive Bayes": "worse", "BiLSTM + attention": "not shown"}


def test_words_are_shaded_by_side_and_strength():
    document = explained(sample())["explanations"]["linear_nb"]["documents"][0]
    shown = documents.shade_words(document, "attribution")
    assert "[great]{.towards .level-4}" in shown and "[nobody]{.against .level-4}" in shown
    assert "[film]{.towards .level-2}" in shown and "[why]{.against .level-2}" in shown
    assert r"[film]{.towards .level-2}\, I" in shown, "no space before a comma, and faint words are plain"
    assert documents.shade_words(document, "attention") is None
    assert documents.strongest_words(document) == (
        "Strongest for the answer: great (+1.00), likes (+0.55), film (+0.40), know (+0.20), do (+0.10); "
        "against it: nobody (−1.00), not (−0.65), why (−0.30)."
    )


def test_a_repeated_word_is_listed_once():
    words = (("Not", -0.5), ("not", -0.9), ("good", 0.4), ("NOT", 0.3), ("not", -0.2))
    tokens = [{"text": word, "attribution": value, "attention": None} for word, value in words]
    text = documents.strongest_words({"tokens": tokens})
    assert text == "Strongest for the answer: good (+0.40), NOT (+0.30); against it: not (−0.90)."


def test_attention_is_shaded_without_a_side_and_by_the_largest_weight():
    document = explained(sample())["explanations"]["bilstm_attention"]["documents"][0]
    shown = documents.shade_words(document, "attention")
    assert "[nobody]{.attended .level-4}" in shown and "against" not in shown and "towards" not in shown


@pytest.mark.parametrize("weight", [0.0, 1e-300, -1.0])
def test_any_weights_can_be_shaded(weight):
    document = {"tokens": [{"text": "a", "attribution": weight, "attention": None}]}
    assert "a" in documents.shade_words(document, "attribution")
    assert documents.shade_words({"tokens": []}, "attribution") is None


def test_headings_state_the_class_and_the_answer():
    right, wrong, flipped = explained(sample())["explanations"]["linear_nb"]["documents"]
    assert documents.heading(right) == (
        "Right: the class is comp.graphics, the answer is comp.graphics with a probability of 91.0 %."
    )
    assert documents.heading(wrong).startswith("Wrong: the class is comp.graphics, the answer is rec.autos with")
    assert "the answer after the perturbation neighbouring key is rec.autos with" in documents.heading(flipped)


def test_top_words_of_a_class_without_any():
    report = explained(sample())
    report["explanations"]["linear_nb"]["top_words"]["sci.space"] = []
    shown = {row[0]: row[1] for row in tables.top_words(report, "linear_nb").rows}
    assert shown["sci.space"] == "none" and shown["rec.autos"].startswith("recword1 (0.90), recword2 (0.45)")
    assert "with their weight in logits." in tables.top_words(report, "linear_nb").caption
    assert "mean attribution over 100 test documents" in tables.top_words(report, "bilstm_attention").caption


def test_each_explained_model_has_a_panel_with_both_curves():
    with house_style():
        figure = deletion_curves(explained(sample()))
        panels = {axes.get_title(loc="left"): axes for axes in figure.axes if axes.get_visible()}
        assert list(panels) == ["TF-IDF + naive Bayes", "BiLSTM + attention"]
        drawn = [line.get_ydata() for line in panels["TF-IDF + naive Bayes"].get_lines() if len(line.get_xdata())]
        assert [line[-1] for line in drawn] == pytest.approx([42.0, 60.0])
        pyplot.close(figure)
        assert deletion_curves(sample()) is None


def test_a_report_without_explanations_has_no_finding_of_them():
    assert sentences(sample(), "faithfulness") == []
