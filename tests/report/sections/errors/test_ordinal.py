"""Classes with an order in the report: how far off answers are."""

from sample import sample

from textstudy.report.schema.report import check
from textstudy.report.sections.errors import ordinal

SCORES = {
    "mean_absolute_error": {"mean": 0.62, "low": 0.6, "high": 0.65, "spread": 0.01},
    "quadratic_kappa": {"mean": 0.7, "low": 0.68, "high": 0.72, "spread": 0.01},
    "far_off": {"mean": 0.123, "low": 0.11, "high": 0.14, "spread": 0.01},
}


def test_a_sentence_says_how_often_the_most_accurate_model_is_far_off():
    report = sample(models={"first": ("linear", 0.4), "second": ("linear", 0.5)})
    for name in ("first", "second"):
        for split in ("validation", "test"):
            scores = report["models"][name][split]
            scores |= {metric: {**scores["accuracy"], **score} for metric, score in SCORES.items()}
    (found,) = ordinal.findings(check(report))
    assert found["text"] == (
        "second, the most accurate model on test, is more than one class off for 12.3 % of the test documents."
    )
    assert "12.3 % [11.0, 14.0]. Mean absolute error in classes: 0.62 [0.60, 0.65]" in found["details"]
    assert "agreement by chance: 0.70 [0.68, 0.72]" in found["details"]
    table = ordinal.table(report)
    assert [row[0] for row in table.rows] == ["second", "first"]
    assert table.rows[0][1:] == ["0.62 [0.60, 0.65]", "0.70 [0.68, 0.72]", "12.3 [11.0, 14.0]", "0.62 [0.60, 0.65]"]


def test_classes_without_an_order():
    report = sample(models={"first": ("linear", 0.4)})
    assert not ordinal.findings(report) and not ordinal.table(report)
