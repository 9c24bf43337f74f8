"""Calibration in the report: a model is called badly calibrated only where it is shown above chance."""

import pytest
from matplotlib import pyplot
from sample import sample

from textstudy.report.drawing.style import house_style
from textstudy.report.schema.report import check
from textstudy.report.sections.errors import calibration, chapter, figures

MODELS = {"linear_nb": ("linear", 0.71), "lstm": ("recurrent", 0.7), "stuck": ("recurrent", 0.2)}
FLOOR = {"mean": 0.029, "high": 0.041}
CHANCE = {"mean": 0.031, "low": 0.0, "high": 0.03, "floor": FLOOR, "p_value": 0.4, "gap": 0.01}
SHOWN = {"mean": 0.1, "low": 0.06, "high": 0.13, "floor": FLOOR, "p_value": 0.0005, "gap": 0.09}


def row(kind: dict, **changes) -> dict:
    found = {**kind, **changes}
    return {**found, "adjusted_p_value": found["p_value"], "above_floor": found["p_value"] < 0.05}


def calibrated(models=MODELS, **rows):
    """Return a report in which all models are calibrated as far as chance tells, but for those of `rows`."""
    report = sample(models=models)
    errors = {
        "documents": 869, "asked": [], "confusions": {}, "shared": None, "label_issues": None,
        "calibration": {name: rows.get(name, row(CHANCE)) for name in models},
        "reliability": {name: [{"confidence": 0.6, "accuracy": 0.5, "count": 86}] * 10 for name in models},
    }  # fmt: skip
    return check({**report, "errors": errors})


def sentence(report, kind="calibration"):
    return {item["kind"]: item for item in calibration.findings(report)}[kind]


def test_what_chance_can_explain_is_not_called_bad():
    found = sentence(calibrated())
    assert found["text"] == (
        "No model is shown to be badly calibrated: chance alone can explain how far confidence and accuracy differ."
    )
    assert (
        "would show 2.9 % by chance, and at most 4.1 % in 95 of 100 samples of documents (p = 0.400" in found["details"]
    )
    assert "The true error is between 0.0 and 3.0 %" in found["details"]


@pytest.mark.parametrize(
    ("gap", "how"),
    [
        (0.09, "its confidence is 9.0 points above its accuracy on average"),
        (-0.09, "its confidence is 9.0 points below its accuracy on average"),
        (0.01, "its confidence is too high for some texts and too low for others"),
    ],
)
def test_one_model_above_chance(gap, how):
    found = sentence(calibrated(lstm=row(SHOWN, gap=gap)))
    assert found["text"] == f"Do not take the probabilities of lstm at their word: {how}."
    assert "p < 0.001 after Holm" in found["details"]
    assert (
        "For TF-IDF + naive Bayes and stuck, chance alone can explain the measured error. That is no proof"
        in found["details"]
    )
    assert found["evidence"]["above_floor"] == ["lstm"]


def test_several_models_above_chance():
    found = sentence(calibrated(lstm=row(SHOWN, mean=0.12), stuck=row(SHOWN)))
    assert found["text"].startswith(
        "Do not take the probabilities of lstm and stuck at their word: the confidence of lstm is 9.0 points above"
    )
    many = {f"m{number}": ("linear", 0.5) for number in range(6)}
    found = sentence(calibrated(many, **{name: row(SHOWN) for name in list(many)[:5]}))
    assert "of 5 of 6 models at their word" in found["text"]


def scores(error, loss):
    return {"expected_calibration_error": error, "log_loss": loss, "brier_score": 0.4}


@pytest.mark.parametrize(("after", "verb"), [(0.6, "lowered"), (0.8, "did not lower")])
def test_temperature_scaling_is_judged_on_test(after, verb):
    report = calibrated()
    report["models"]["lstm"]["temperature"] = {
        "values": [1.5, 1.7], "documents": 215,
        "before": {"validation": scores(0.1, 0.9), "test": scores(0.12, 0.7)},
        "after": {"validation": scores(0.02, 0.5), "test": scores(0.04, after)},
    }  # fmt: skip
    found = sentence(check(report), "temperature")
    assert found["text"] == f"Temperature scaling {verb} the test log loss of lstm."
    assert "fitted on the 215 validation documents" in found["details"] and "in-sample" in found["details"]
    assert f"lstm: temperature 1.5 and 1.7, test log loss 0.7 before and {after} after" in found["details"]
    assert "temperature" not in {item["kind"] for item in calibration.findings(calibrated())}
    shown = {each[0]: each[-1] for each in calibration.table(report).rows}
    assert (shown["lstm"], shown["stuck"]) == ("1.6", "—")


def test_the_table_has_each_error_beside_chance():
    table = calibration.table(calibrated(lstm=row(SHOWN)))
    cells = {each[0]: each[1:6] for each in table.rows}
    assert cells["lstm"] == ["10.0", "2.9 (4.1)", "6.0 to 13.0", "yes", "+9.0"]
    assert cells["stuck"][3] == "no"


def test_figures_have_a_row_for_each_model_and_a_panel_for_at_most_twelve():
    many = {f"model_{number}": ("linear", 0.5 + number / 100) for number in range(15)}
    report = calibrated(many)
    with house_style():
        drawn = figures.calibration(report)
        assert len(drawn.axes[0].get_yticklabels()) == 15
        panels = figures.reliability(report)
        assert sum(axes.get_visible() for axes in panels.axes) == 12
        pyplot.close("all")
    assert figures.calibration(sample(models=MODELS)) is None


def test_the_chapter_shows_the_table():
    assert chapter.values(calibrated(), str)["calibration"]
