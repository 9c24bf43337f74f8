"""How much each model was tuned: unequal and unknown budgets are said, equal and known ones are not."""

import pytest
from grown import UNKNOWN, budget
from sample import finished, sample

from textstudy.report.sections.tuning.edges import edge
from textstudy.report.sections.tuning.figures import tuning
from textstudy.report.sections.tuning.findings import findings
from textstudy.report.sections.tuning.tables import chosen_table, tuning_table


def tuned(**budgets):
    return finished({**sample(), "tuning": budgets})


def test_unequal_budgets_are_a_warning():
    report = tuned(
        linear_nb=budget("grid", 0.7, 0.71, 0.72), bilstm_attention=budget("search", *[0.6] * 7, 0.66),
        distilbert_freeze=UNKNOWN,
    )  # fmt: skip
    first, second, third = findings(report)
    assert first["text"] == (
        "The models were not tuned equally: BiLSTM + attention had 8 trials, TF-IDF + naive Bayes had 3."
    )
    assert first["details"].startswith("How many settings were tried is not recorded for “DistilBERT, frozen”.")
    assert second["text"] == "BiLSTM + attention has the settings of the best of 8 trials: dropout 0.7."
    assert "It is trial 8, with seed 1: 66.0 % of 200 validation documents right." in second["details"]
    assert "That is about 1.2 points too high, as the same documents chose it" in second["details"]
    assert third["text"].endswith("at its edge lies the best dropout of BiLSTM + attention (0.7, try more).")


def test_what_a_search_did_not_do_as_it_should_is_said():
    changed = {"tied": 2, "failed": 3, "asked": 20, "optimism": 0.0001}
    quiet, other = budget("search", 0.5, 0.6, 0.5), budget("search", 0.5, 0.6, 0.5, **changed)
    (found,) = findings(tuned(bilstm_attention=quiet))
    assert not any(word in found["details"] for word in ("asked for", "failed", "same accuracy"))
    (found,) = findings(tuned(bilstm_attention=other))
    assert "2 other trials reached the same accuracy; the log-loss decided." in found["details"]
    assert "20 trials were asked for, but the space holds no more settings." in found["details"]
    assert "The training of 3 trials failed, which counts as 0 % right." in found["details"]
    assert "too high" not in found["details"]
    (first, *_) = findings(
        tuned(linear_nb=budget("search", 0.5, 0.6, 0.5), bilstm_attention=budget("search", 0.5, 0.6))
    )
    assert first["kind"] == "budgets", "searches of 3 and of 2 trials are not the same"


@pytest.mark.parametrize(
    ("values", "chosen", "expected"),
    [
        ({"low": 1e-4, "high": 1e-2}, 1e-3, None), ({"low": 1e-4, "high": 1e-2}, 1.5e-4, "lower"),
        ({"low": 1e-4, "high": 1e-2}, 7e-3, "upper"), ({"low": 2, "high": 8}, 8, "upper"),
        ([0.0, 0.1, 0.2], 0.0, None), ([0.1, 0.3, 0.2], 0.3, "upper"), ([0.2, 0.1, 0.3], 0.1, "lower"),
        ([0.1, 0.2], 0.1, None), (["adam", "adamw", "other"], "adam", None), ([True, False, True], True, None),
        ([[1, 1], [1, 2], [1, 3]], [1, 3], None),
    ],
)  # fmt: skip
def test_an_edge_is_where_a_wider_space_may_be_better(values, chosen, expected):
    assert edge(values, chosen) == expected


def test_the_words_turn_with_the_budgets():
    few, many = budget("grid", 0.7, 0.71), budget("grid", *[0.7] * 9)
    (one,) = findings(tuned(linear_nb=few, bilstm_attention=many))
    (other,) = findings(tuned(linear_nb=many, bilstm_attention=few))
    assert "BiLSTM + attention had 9 trials, TF-IDF + naive Bayes had 2." in one["text"]
    assert "TF-IDF + naive Bayes had 9 trials, BiLSTM + attention had 2." in other["text"]


def test_equal_budgets_are_no_warning_and_unknown_ones_are():
    same = budget("grid", 0.7, 0.71, 0.72)
    assert findings(tuned(linear_nb=same, bilstm_attention=same)) == []
    (found,) = findings(tuned(linear_nb=UNKNOWN, bilstm_attention=UNKNOWN))
    assert found["text"].startswith("How many settings were tried is not recorded for ")
    assert findings(tuned(linear_nb=UNKNOWN)) == [] and findings(sample()) == []


def test_the_table_says_what_is_not_known():
    report = tuned(linear_nb=budget("grid", 0.7, 0.71, 0.72), distilbert_freeze=UNKNOWN)
    rows = {row[0]: row[1:] for row in tuning_table(report).rows}
    assert rows["TF-IDF + naive Bayes"][:2] == ["3", "a grid, at each training"]
    assert rows["TF-IDF + naive Bayes"][-1] == "72.0" and rows["TF-IDF + naive Bayes"][2].startswith("71.0 [")
    assert rows["DistilBERT, frozen"] == ["—", "not recorded", "—", "—", "—"]
    assert tuning(sample()) is None and not tuning_table(sample()) and not chosen_table(report)


def test_the_chosen_settings_stand_beside_what_was_tried():
    (row,) = chosen_table(tuned(bilstm_attention=budget("search", 0.5, 0.6, 0.7))).rows
    assert row == ["BiLSTM + attention", "dropout", "0; 0.1; 0.2", "0.2", "try more"]
