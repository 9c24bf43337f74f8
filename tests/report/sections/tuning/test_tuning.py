"""How much each model was tuned: unequal and unknown budgets are said, equal and known ones are not."""

from grown import UNKNOWN, budget
from sample import finished, sample

from textstudy.report.sections.tuning.figures import tuning
from textstudy.report.sections.tuning.findings import findings
from textstudy.report.sections.tuning.tables import tuning_table


def tuned(**budgets):
    return finished({**sample(), "tuning": budgets})


def test_unequal_budgets_are_a_warning():
    report = tuned(
        linear_nb=budget("grid", 0.7, 0.71, 0.72), bilstm_attention=budget("trials", *[0.6] * 7, 0.66),
        distilbert_freeze=UNKNOWN,
    )  # fmt: skip
    first, second = findings(report)
    assert first["text"] == (
        "The models were not tuned equally: BiLSTM + attention had 8 trials, TF-IDF + naive Bayes had 3."
    )
    assert first["details"].startswith("How many settings were tried is not recorded for “DistilBERT, frozen”.")
    assert second["text"].startswith("With 8 trials, BiLSTM + attention is expected to reach a validation accuracy of ")
    assert "The best trial reached 66.0 %, with dropout 0.7." in second["details"]


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
    assert tuning(sample()) is None and not tuning_table(sample())
