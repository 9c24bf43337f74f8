"""Accuracy on known and unknown groups, in a table and in sentences."""

import pytest
from grouped import grouped
from sample import joined, sample

from textstudy.report.sections.results import known_groups


@pytest.mark.parametrize(
    ("gain", "said"),
    [
        (0.08, "70.0 % [68.0, 72.0]. Within classes, a known author adds 4.0 points [+1.0, +7.0]."),
        (0.02, "70.0 % [68.0, 72.0]. Within classes, no difference is shown (+1.0 points [−2.0, +4.0])."),
        (-0.08, "70.0 % [68.0, 72.0]. Within classes, the difference is −4.0 points [−7.0, −1.0]."),
    ],
)
def test_the_sentence_follows_the_interval(gain, said):
    (found,) = known_groups.findings(grouped(sample(), gain=gain))
    assert found["text"].startswith("On the 50 test documents with a known author, TF-IDF + naive Bayes has an accuracy")
    assert found["text"].endswith(said)


def test_the_table_has_a_row_for_each_model_but_refits():
    report = grouped(joined())
    models = [row[1] for row in known_groups.table(report).rows]
    assert len(models) == len(report["models"]) - 1
    assert not any("train + validation" in model for model in models)


def test_without_groups_there_is_nothing():
    assert known_groups.findings(sample()) == []
    assert not known_groups.table(sample())
