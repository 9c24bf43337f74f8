"""The table and the figure of the decision: order, marks and verdicts follow the numbers."""

import pytest
from matplotlib import pyplot
from sample import finished, joined, pair, sample

from textstudy.report.drawing.style import house_style
from textstudy.report.findings import conclude
from textstudy.report.sections.summary.figures import NAMED, accuracy_by_cost
from textstudy.report.sections.summary.tables import summary_table


def rows(report) -> dict[str, dict[str, str]]:
    table = summary_table(report)
    cells = [dict(zip(table.headers, map(str, row), strict=True)) for row in table.rows]
    return {row["Model"]: row for row in cells}


def test_models_stand_by_validation_and_a_refit_after_its_base():
    report = finished(joined())
    assert [name.replace("\\", "") for name in rows(report)] == [
        "[★ **weighted product of three**]{.recommended}", "TF-IDF + naive Bayes",
        "TF-IDF + naive Bayes, on train + validation", "DistilBERT, hybrid", "DistilBERT, frozen", "BiLSTM + attention",
    ]  # fmt: skip
    assert rows(report)["TF-IDF + naive Bayes, on train + validation"]["Validation"] == "75.0 †"
    report["models"]["distilbert_hybrid"]["validation"]["accuracy"]["mean"] = 0.99
    assert next(iter(rows(report))) == "DistilBERT, hybrid", "whatever it reaches on test"


@pytest.mark.parametrize(("shown", "equivalent", "words"), [
    (True, False, "−8.0 worse"), (False, False, "−8.0 not shown"), (False, True, "−8.0 same"),
])  # fmt: skip
def test_the_difference_from_the_recommended_model_has_its_verdict(shown, equivalent, words):
    report = finished(sample())
    tested = pair("linear_nb", "bilstm_attention", 0.08, significant=shown)
    report["pairs"] = [{**tested, "equivalent": equivalent}]
    found = rows(report)
    assert found["BiLSTM + attention"]["Difference"] == words
    assert found["DistilBERT, frozen"]["Difference"] == "—", "no test compares it"
    report["decision"] = None
    assert {row["Difference"] for row in rows(report).values()} == {"—"}


def names_in(figure) -> list[str]:
    return [text.get_text().replace("\n", " ") for text in figure.axes[0].texts if text.get_text()]


def test_every_model_has_its_name_in_the_figure_but_of_many_only_those_that_are_told_of():
    with house_style():
        few = names_in(accuracy_by_cost(finished(sample())))
        assert sorted(few) == ["BiLSTM + attention", "DistilBERT, frozen", "TF-IDF + naive Bayes"]
        models = {f"m{number}": ("recurrent", 0.5 + 0.01 * number) for number in range(NAMED + 5)}
        many = conclude(sample(models=models))
        shown = names_in(accuracy_by_cost(many))
        assert many["decision"]["recommended"] in shown and len(shown) < NAMED
        many["decision"] = None
        assert len(names_in(accuracy_by_cost(many))) == len(models)
        assert accuracy_by_cost({**many, "models": {}}) is None
        pyplot.close("all")


def test_names_in_the_figure_cover_neither_each_other_nor_a_point():
    with house_style():
        figure = accuracy_by_cost(finished(joined()))
        axes = figure.axes[0]
        boxes = [text.get_window_extent() for text in axes.texts if text.get_text()]
        points = [axes.transData.transform((line.get_xdata()[0], line.get_ydata()[0])) for line in axes.lines
                  if len(line.get_xdata()) == 1]  # fmt: skip
        pyplot.close("all")  # which changes the pixels
    assert not any(one.overlaps(other) for place, one in enumerate(boxes) for other in boxes[place + 1 :])
    assert points and not any(box.contains(*point) for box in boxes for point in points)
