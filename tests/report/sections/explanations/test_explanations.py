"""Explanations in the report: which run, which words, and whether they are faithful to the model."""

import pytest
from matplotlib import pyplot
from robust import deletion, explained, rows, sentences, set_deletions
from sample import sample

from textstudy.report.collect import explanations as collect_explanations
from textstudy.report.drawing.style import house_style
from textstudy.report.findings import make_findings
from textstudy.report.sections.explanations import documents, tables
from textstudy.report.sections.explanations.figures import deletion_curves
from textstudy.storage.files import write_json

TITLES = {"linear_nb": "TF-IDF + naive Bayes", "bilstm_attention": "BiLSTM + attention"}


def test_the_run_with_the_lowest_seed_is_explained(tmp_path):
    paths = []
    for model, seed in (("b", 10), ("b", 9), ("a", 3)):
        path = tmp_path / model / str(seed) / "explanations.json"
        path.parent.mkdir(parents=True)
        write_json(path, {"method": f"{model}{seed}"})
        paths.append(path)
    tests = [tmp_path / f"{model}.json" for model in "ab"]
    for path in tests:
        write_json(path, {"of": path.stem})
    assert collect_explanations.read_explanations(paths, tests) == {
        "a": {"seed": 3, "method": "a3", "faithfulness": {"of": "a"}},
        "b": {"seed": 9, "method": "b9", "faithfulness": {"of": "b"}},
    }
    assert collect_explanations.read_explanations([], []) == {}


def test_an_explanation_is_faithful_only_where_it_beats_all_three_orders():
    report = explained(sample())
    (text,) = sentences(report, "faithfulness")
    assert text.startswith("The explanations of TF-IDF + naive Bayes and BiLSTM + attention are faithful")
    assert verdicts(report) == {"TF-IDF + naive Bayes": "faithful", "BiLSTM + attention": "faithful"}


FAILURES = {
    "another model's words": ({"random": 0.3, "idf": 0.2, "model": 0.01}, "tell little of the model itself"),
    "rare words": ({"random": 0.3, "idf": 0.01, "model": 0.1}, "are not shown to name more than rare words"),
    "random words": ({"random": 0.06, "idf": 0.2, "model": 0.1}, "explain nothing that random words would not"),
}


@pytest.mark.parametrize("what", FAILURES)
@pytest.mark.parametrize(("name", "other"), [("linear_nb", "bilstm_attention"), ("bilstm_attention", "linear_nb")])
def test_an_explanation_that_fails_one_comparison_is_not_faithful(what, name, other):
    """Plain IDF, or any other order that beats random words, no longer passes as an explanation."""
    report, (values, sentence) = explained(sample()), FAILURES[what]
    set_deletions(report, name, **values)
    faithful, failed = sentences(report, "faithfulness")
    assert TITLES[other] in faithful and TITLES[name] not in faithful
    assert TITLES[name] in failed and sentence in failed and "faithful" not in failed
    assert verdicts(report) == {TITLES[other]: "faithful", TITLES[name]: f"no better than {what}"}


def test_words_that_matter_less_than_random_ones_are_misleading():
    report = explained(sample())
    set_deletions(report, "linear_nb", random=-0.09, idf=0.2, model=0.1)
    assert sentences(report, "faithfulness")[1].startswith("The explanations of TF-IDF + naive Bayes are misleading")
    set_deletions(report, "linear_nb", random=-0.01, idf=0.2, model=0.1)
    assert "explain nothing" in sentences(report, "faithfulness")[1]


def test_an_explanation_without_a_rival_is_not_called_faithful():
    report = explained(sample())
    del report["explanations"]["bilstm_attention"]
    report["explanations"]["linear_nb"]["faithfulness"]["comparisons"].pop()
    (text,) = sentences(report, "faithfulness")
    assert "no other model was explained to compare with" in text and "faithful" not in text
    assert rows(tables.faithfulness(report))[0]["Than another model's words"] == "—"


def test_of_several_other_models_the_hardest_to_beat_decides():
    report = explained(sample())
    report["explanations"]["linear_nb"]["faithfulness"]["comparisons"] += [deletion("model", "distilbert_freeze", 0.01)]
    assert verdicts(report)["TF-IDF + naive Bayes"] == "no better than another model's words"
    assert "+1.0 [−1.0, +3.0] (DistilBERT, frozen, 40 documents)" in str(rows(tables.faithfulness(report))[0])
    report["explanations"]["linear_nb"]["faithfulness"]["comparisons"][-1] |= {
        "documents": 1, "difference": None, "curve": None, "shown": False
    }  # fmt: skip
    assert verdicts(report)["TF-IDF + naive Bayes"] == "no better than another model's words"


def test_the_numbers_stand_in_the_details():
    item = next(item for item in make_findings(explained(sample())) if item["kind"] == "faithfulness")
    assert "+30.0 [+28.0, +32.0] points more than deleting random words (50 documents)" in item["details"]
    assert "the words that BiLSTM + attention names (40 documents, to which both give the same" in item["details"]
    assert "hold for 2 models together" in item["details"] and "[" not in item["text"]
    assert item["evidence"] == {"verdict": "faithful", "models": ["linear_nb", "bilstm_attention"]}


def verdicts(report):
    """Return what the table says of each model."""
    return {row["Model"]: row["Verdict"] for row in rows(tables.faithfulness(report))}


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


def test_each_explained_model_has_a_panel_with_all_curves():
    with house_style():
        figure = deletion_curves(explained(sample()))
        panels = {axes.get_title(loc="left"): axes for axes in figure.axes if axes.get_visible()}
        assert list(panels) == ["TF-IDF + naive Bayes", "BiLSTM + attention"]
        drawn = [line.get_ydata() for line in panels["TF-IDF + naive Bayes"].get_lines() if len(line.get_xdata())]
        assert [line[-1] for line in drawn] == pytest.approx([60.0, 65.0, 70.0, 75.0])
        pyplot.close(figure)
        assert deletion_curves(sample()) is None


def test_a_report_without_explanations_has_no_finding_of_them():
    assert sentences(sample(), "faithfulness") == []
