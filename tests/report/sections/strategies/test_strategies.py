"""Strategies: a sentence puts one above another only where a paired test does, whatever the scores are."""

import re

import pytest
from matplotlib import pyplot
from sample import HEAD_EPOCHS, joined, pair, restate, sample

from textstudy.report.drawing.style import house_style
from textstudy.report.language import strategies
from textstudy.report.sections.curves.figures import training_loss, validation_accuracy
from textstudy.report.sections.strategies import findings as strategies_findings
from textstudy.report.sections.strategies import tables as strategies_tables

FREEZE, FULL, HYBRID = "distilbert_freeze", "distilbert_full", "distilbert_hybrid"


def three(*, full=0.74, hybrid=0.70):
    """A report of three strategies with one encoder, and the paired test of the last two."""
    models = {FREEZE: ("pretrained", 0.66), FULL: ("pretrained", full), HYBRID: ("pretrained", hybrid)}
    report = sample(models=models)
    for name in models:
        report["models"][name]["settings"]["strategy"] = name.partition("_")[2]
        report["models"][name]["title"] = name
        restate(report["models"][name])
    return report


def rows(table):
    return [dict(zip(table.headers, map(str, row), strict=True)) for row in table.rows]


@pytest.mark.parametrize(("full", "hybrid"), [(0.74, 0.70), (0.70, 0.74)])
def test_hybrid_stands_above_full_only_by_paired_test(full, hybrid):
    report = three(full=full, hybrid=hybrid)
    text = strategies_findings.strategies_finding(report, "wordpieces")["text"]
    better, worse = (HYBRID, FULL) if hybrid > full else (FULL, HYBRID)
    assert text.endswith(f"; {better} is more accurate on test than {worse}.")
    assert "4.0 points [" in strategies_findings.strategies_finding(report, "wordpieces")["details"]
    for tested in report["pairs"]:
        tested["significant"] = False
    text = strategies_findings.strategies_finding(report, "wordpieces")["text"]
    assert "more accurate" not in text and f"no difference between {FULL} and {HYBRID} is shown" in text
    report["pairs"] = []
    assert (
        len(
            re.findall(
                "not compared by a paired test", strategies_findings.strategies_finding(report, "wordpieces")["text"]
            )
        )
        == 3
    )


def test_a_published_order_without_a_significant_test_is_not_repeated():
    """A published report puts hybrid above full, with a lower score. No test shows it, so no sentence claims it."""
    report = three(full=0.7406, hybrid=0.7388)
    report["pairs"] = [pair(FULL, HYBRID, 0.0018, significant=False)]
    text = strategies_findings.strategies_finding(report, "wordpieces")["text"]
    assert f"{HYBRID} is more accurate" not in text and f"no difference between {FULL} and {HYBRID}" in text


def test_the_table_follows_the_strategies_and_states_costs():
    report = three()
    found = rows(strategies_tables.strategies_table(report, "wordpieces"))
    assert [row["Strategy"].partition(":")[0] for row in found] == ["freeze", "full", "hybrid"]
    assert found[1]["Test accuracy"] == "74.0 [72.0, 76.0]" and found[1]["Validation accuracy"] == "78.0 [76.0, 80.0]"
    assert found[1]["Test macro F1"] == "72.8 [70.8, 74.8]"
    assert found[0]["Trained parameters"] == f"{report['models'][FREEZE]['parameters']['trainable']:,}"
    caption = strategies_tables.strategies_table(report, "wordpieces").caption
    assert caption.startswith("Fine-tuning strategies for distilbert-base-uncased (packaged-encoder ran in its place).")
    assert "computed once. The training time includes this computation, 1 min 20 s" in caption
    report["encodings"]["wordpieces"]["features"] = None
    assert "computed once" not in strategies_tables.strategies_table(report, "wordpieces").caption


def test_of_two_models_with_one_strategy_validation_chooses():
    report = three()
    models = report["models"]
    models["full_again"] = {**models[FULL], "title": "full again"}
    models["full_again"]["validation"] = {"accuracy": {**models[FULL]["validation"]["accuracy"], "mean": 0.9}}
    found = strategies_findings.strategies_finding(report, "wordpieces")
    assert found["evidence"]["chosen"]["full"] == "full_again"
    assert found["details"].startswith("Each strategy is represented by its best model on validation.")
    assert len(strategies_tables.strategies_table(report, "wordpieces").rows) == 4


def test_each_encoder_has_its_own_comparison_and_a_refit_has_no_part_in_it():
    report = three()
    models = report["models"]
    models["full_refit"] = {**models[FULL], "refits": FULL}
    for name in (FREEZE, FULL):
        settings = {**models[name]["settings"], "encoding": "bert_wordpieces"}
        models[f"bert_{name}"] = {**models[name], "settings": settings, "title": f"bert {name}",
                                  "encoder": {"role": "bert", "resource": "bert"}}  # fmt: skip
    found = strategies.models_by_strategy(report)
    assert {key: list(value) for key, value in found.items()} == {
        "bert_wordpieces": ["freeze", "full"], "wordpieces": ["freeze", "full", "hybrid"],
    }  # fmt: skip
    assert "full_refit" not in found["wordpieces"]["full"]
    first, second = strategies_findings.findings(report)
    assert first["text"].startswith("Fine-tuning strategies for bert: bert distilbert_freeze and")
    assert second["evidence"]["encoding"] == "wordpieces"


def test_one_strategy_alone_is_no_comparison():
    assert strategies_findings.findings(sample()) == []


def test_a_line_in_the_curves_marks_where_a_hybrid_starts_to_train_its_encoder():
    marked = f"{HEAD_EPOCHS + 0.5}"
    many = sample(models={f"m{number}": ("recurrent", 0.6) for number in range(9)})
    many["models"]["m3"]["history"] = joined()["models"][HYBRID]["history"]
    with house_style():
        for chart in (training_loss, validation_accuracy):
            for report, expected in ((joined(), 1), (many, 1), (sample(), 0)):
                figure = chart(report)
                lines = [line for axes in figure.axes for line in axes.lines if set(line.get_ydata()) == {0, 1}]
                assert [str(line.get_xdata()[0]) for line in lines] == [marked] * expected
                pyplot.close(figure)
