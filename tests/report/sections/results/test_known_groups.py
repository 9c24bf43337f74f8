"""Accuracy on known and unknown groups, in a table and in sentences."""

import pytest
from grouped import grouped
from sample import joined, sample

from textstudy.report.sections.results import known_groups


@pytest.mark.parametrize(
    ("gain", "said"),
    [
        (0.08, "and of 70.0 % on the others; within classes, a known author adds 4.0 points."),
        (0.02, "and of 70.0 % on the others; within classes, no difference is shown."),
        (-0.08, "and of 70.0 % on the others; within classes, a known author takes away 4.0 points."),
    ],
)
def test_the_sentence_follows_the_interval(gain, said):
    (found,) = known_groups.findings(grouped(sample(), gain=gain))
    known = f"{70 + 100 * gain:.1f} %"
    assert found["text"] == (
        f"TF-IDF + naive Bayes has an accuracy of {known} on test documents of a known author {said}"
    )
    assert found["details"].startswith(f"50 test documents of known groups: {known} [")


def test_the_table_has_a_row_for_each_model_but_refits():
    report = grouped(joined())
    models = [row[1] for row in known_groups.table(report).rows]
    assert len(models) == len(report["models"]) - 1
    assert not any("train + validation" in model for model in models)


def test_without_groups_there_is_nothing():
    assert known_groups.findings(sample()) == []
    assert not known_groups.table(sample())
