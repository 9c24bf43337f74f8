"""Would more labels help? The words follow the interval of the gain, true and reversed."""

import pytest
from grown import curve
from sample import finished, sample

from textstudy.report.sections.growth.figures import growth
from textstudy.report.sections.growth.findings import findings
from textstudy.report.sections.growth.tables import growth_table


def with_curves(**curves):
    return finished({**sample(), "growth": curves})


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.012, 0.03, "Twice as many labels would raise the accuracy of TF-IDF + naive Bayes by 1.2 to 3.0 points."),
        (-0.03, -0.012, "Twice as many labels would lower the accuracy of TF-IDF + naive Bayes by 1.2 to 3.0 points."),
        (-0.004, 0.009, "Twice as many labels would change the accuracy of TF-IDF + naive Bayes by less than 1 point."),
        (0.002, 0.009, "Twice as many labels would change the accuracy of TF-IDF + naive Bayes by less than 1 point."),
        (-0.005, 0.018, "Whether more labels would help TF-IDF + naive Bayes cannot be told: with twice as many, its "
         "accuracy may change by −0.5 to +1.8 points."),
    ],
)  # fmt: skip
def test_the_sentence_follows_the_interval(low, high, words):
    (found,) = findings(with_curves(linear_nb=curve(low, high)))
    assert found["text"] == words
    assert "4 sizes were measured, from 100 training documents" in found["details"]


def test_too_few_sizes_are_no_law():
    few = curve(0, 0.1, law=None, curve=[], more=[], skipped=[{"share": 0.1, "reason": "it has no document of x"}])
    (found,) = findings(with_curves(linear_nb=few))
    assert found["text"].startswith("Whether more labels would help") and "too few" in found["text"]
    assert "10 % (it has no document of x)" in found["details"]


def test_the_table_tells_measured_from_expected_and_a_report_without_curves_shows_nothing():
    rows = growth_table(with_curves(linear_nb=curve(0.01, 0.03))).rows
    assert [row[2] for row in rows] == ["10 %", "20 %", "40 %", "100 %", "200 % (expected)", "400 % (expected)"]
    assert rows[-2][-1] == "+2.0 [+1.0, +3.0]"
    assert not growth_table(sample()) and growth(sample()) is None and findings(sample()) == []
