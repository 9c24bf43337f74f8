"""Perturbed copies: which models are the same but for them, and what the numbers say of the difference."""

import pytest
from robust import estimate, perturbed
from sample import pair, sample

from textstudy.report.findings import make_findings
from textstudy.report.sections.defence import findings as defence_findings
from textstudy.report.sections.defence import tables as defence_tables

DEFENDED, BASE = "bilstm_augmented", "bilstm_attention"


def with_outcome(*, without, having, clean=0.0, significant=False):
    """A report of accuracies on perturbed text `without` and `having` copies, which add `clean` on clean text."""
    report = perturbed(sample())
    for name, accuracy in ((BASE, without), (DEFENDED, having)):
        report["robustness"]["models"][name]["overall"] |= {
            "accuracy": estimate(accuracy), "drop": estimate(0.63 - accuracy, 0.01)
        }  # fmt: skip
    report["robustness"]["pairs"] = [
        {
            "first": BASE,
            "second": DEFENDED,
            "accuracy": estimate(without - having, 0.01),
            "drop": estimate(having - without, 0.01),
        }
    ]
    report["pairs"].append(pair(DEFENDED, BASE, clean, significant=significant))
    return report


def text_of(report):
    (text,) = [item["text"] for item in make_findings(report) if item["kind"] == "defence"]
    return text


def test_what_copies_buy_and_cost_is_said_where_it_is_shown():
    text = text_of(with_outcome(without=0.5, having=0.6, clean=-0.05, significant=True))
    assert "perturbed copies raises its accuracy on perturbed text (50.0 → 60.0 %, a paired" in text
    assert "a paired difference of 10.0 [9.0, 11.0] points)" in text
    assert "the drop from clean text shrinks (13.0 → 3.0, by −10.0 [−11.0, −9.0] points)" in text
    assert "BiLSTM + attention is more accurate on test than “BiLSTM + attention, perturbed copies” by 5.0" in text


def test_the_reverse_and_the_unclear_are_said_too():
    text = text_of(with_outcome(without=0.6, having=0.5, clean=0.05, significant=True))
    assert "lowers its accuracy on perturbed text" in text and "the drop from clean text grows" in text
    assert "“BiLSTM + attention, perturbed copies” is more accurate on test than BiLSTM + attention" in text
    text = text_of(with_outcome(without=0.6, having=0.601))
    assert "is not shown to change its accuracy" in text and "drop from clean text is not shown to change" in text
    assert "no difference could be shown on test" in text


@pytest.mark.parametrize(("epochs", "found"), [(2, True), (4, True), (3, False)])
def test_the_same_model_learns_in_as_many_epochs_or_in_as_many_steps(epochs, found):
    report = perturbed(sample())
    assert report["models"][BASE]["settings"]["training"]["epochs"] == 4
    report["models"][DEFENDED]["settings"]["training"]["epochs"] = epochs
    assert defence_findings.defences(report) == ([(DEFENDED, BASE)] if found else [])


def test_another_setting_or_another_text_makes_another_model():
    report = perturbed(sample())
    report["models"][DEFENDED]["settings"]["dropout"] = 0.7
    assert defence_findings.defences(report) == []
    report = perturbed(sample())
    report["study"]["settings"]["encodings"]["typos"]["maximum_length"] = 999
    assert defence_findings.defences(report) == []
    report = perturbed(sample())
    report["models"][BASE]["refits"] = "another"
    assert defence_findings.defences(report) == []
    report = perturbed(sample())
    del report["robustness"]["models"][BASE]
    assert defence_findings.defences(report) == [] and not defence_tables.table(report)


def test_the_tables_tell_learned_kinds_from_others():
    report = perturbed(sample())
    assert defence_findings.learned_kinds(report, DEFENDED) == ["qwerty", "deletion"]
    report["study"]["settings"]["encodings"]["typos"]["augmentation"]["kinds"] = ["combination"]
    assert set(defence_findings.learned_kinds(report, DEFENDED)) == {
        "combination", "contract", "extend", "homoglyph", "qwerty", "deletion", "insertion"
    }  # fmt: skip
    table = defence_tables.by_kind(report, DEFENDED, BASE)
    found = {row[0]: row[1:] for row in table.rows}
    assert found["neighbour swap"] == ["no", "49.0 [47.0, 51.0]", "58.8 [56.8, 60.8]", "higher"]
    assert found["contract"][0] == "yes" and found["contract"][3] == "no change shown"
    without, having = defence_tables.table(report).rows
    assert without[1] == "none" and having[1] == "1 of each document, 20 % of the words: combination"
    assert (without[2], having[2]) == ("4", "2")
