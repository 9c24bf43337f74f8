"""Perturbed copies: which models differ only in them, and what the numbers say of the difference."""

import pytest
from robust import estimate, perturbed, set_difference
from sample import pair, sample

from textstudy.errors import StudyError
from textstudy.report.sections.defence import findings, tables

DEFENDED, BASE = "bilstm_augmented", "bilstm_attention"


def with_outcome(*, before, after, clean=0.0, significant=False):
    """Return a report where copies change the accuracy on perturbed text, and add `clean` to that on clean text."""
    report = perturbed(sample())
    for name, accuracy in ((BASE, before), (DEFENDED, after)):
        report["robustness"]["models"][name]["overall"] |= {
            "accuracy": estimate(accuracy), "drop": estimate(0.63 - accuracy, 0.01)
        }  # fmt: skip
    set_difference(report, DEFENDED, BASE, "accuracy", after - before)
    set_difference(report, DEFENDED, BASE, "drop", before - after)
    report["pairs"].append(pair(DEFENDED, BASE, clean, significant=significant))
    return report


def both(report):
    """Return the sentence of the finding, and its details."""
    (item,) = findings.findings(report)
    return item["text"], item["details"]


def test_what_copies_change_is_stated_where_it_is_shown():
    text, details = both(with_outcome(before=0.5, after=0.6, clean=-0.05, significant=True))
    assert text == (
        "Training BiLSTM + attention with typos raises its accuracy on texts with typos, by 10.0 points."
    )  # fmt: skip
    assert "50.0 → 60.0 %, a paired difference of 10.0 [9.0, 11.0] points" in details
    assert "is smaller: 13.0 → 3.0 points, a paired difference of −10.0 [−11.0, −9.0] points" in details
    assert "BiLSTM + attention is more accurate on test than “BiLSTM + attention, perturbed copies”, by 5.0" in details


def test_the_reverse_and_the_unclear_are_stated_too():
    text, details = both(with_outcome(before=0.6, after=0.5, clean=0.05, significant=True))
    assert "lowers its accuracy on texts with typos, by 10.0 points." in text and "edits is larger: " in details
    assert "“BiLSTM + attention, perturbed copies” is more accurate on test than BiLSTM + attention" in details
    text, details = both(with_outcome(before=0.6, after=0.601))
    assert text.endswith("is not shown to change its accuracy on texts with typos.")
    assert "edits is not shown to change: " in details
    assert "no difference between “BiLSTM + attention, perturbed copies” and BiLSTM + attention is shown" in details


def test_with_one_seed_it_holds_for_these_runs():
    report = with_outcome(before=0.5, after=0.6)
    report["robustness"]["models"][BASE]["runs"] = 1
    assert both(report)[0].endswith("by 10.0 points in these runs.")


def test_two_models_that_were_not_compared_are_an_error():
    report = perturbed(sample())
    report["robustness"]["pairs"] = []
    with pytest.raises(StudyError, match="does not compare 'bilstm_augmented' with 'bilstm_attention'"):
        findings.findings(report)


@pytest.mark.parametrize(("epochs", "found"), [(2, True), (4, True), (3, False)])
def test_the_same_model_learns_in_as_many_epochs_or_in_as_many_steps(epochs, found):
    report = perturbed(sample())
    assert report["models"][BASE]["settings"]["training"]["epochs"] == 4
    report["models"][DEFENDED]["settings"]["training"]["epochs"] = epochs
    assert findings.defences(report) == ([(DEFENDED, BASE)] if found else [])


def test_another_setting_or_another_text_makes_another_model():
    report = perturbed(sample())
    report["models"][DEFENDED]["settings"]["dropout"] = 0.7
    assert findings.defences(report) == []
    report = perturbed(sample())
    report["study"]["settings"]["encodings"]["typos"]["maximum_length"] = 999
    assert findings.defences(report) == []
    report = perturbed(sample())
    report["models"][BASE]["refits"] = "another"
    assert findings.defences(report) == []
    report = perturbed(sample(), fragility={DEFENDED: 0.1, "linear_nb": 0.1})
    assert findings.defences(report) == [] and not tables.table(report)


def test_the_tables_separate_perturbations_in_the_copies_from_others():
    report = perturbed(sample())
    assert findings.perturbations_in_copies(report, DEFENDED) == ["qwerty", "deletion"]
    report["study"]["settings"]["encodings"]["typos"]["augmentation"]["kinds"] = ["combination"]
    assert set(findings.perturbations_in_copies(report, DEFENDED)) == {
        "combination", "contract", "homoglyph", "qwerty", "deletion", "insertion"
    }  # fmt: skip
    table = tables.by_perturbation(report, DEFENDED, BASE)
    found = {row[0]: row[1:] for row in table.rows}
    assert found["swap"] == ["no", "49.0 [47.0, 51.0]", "58.8 [56.8, 60.8]"]
    assert found["contraction"][0] == "yes" and "expansion" not in found
    before, after = tables.table(report).rows
    assert before[1] == "none" and after[1] == "1 of each document, 20 % of the words: combination"
    assert (before[2], after[2]) == ("4", "2")
