"""Refits: their validation scores are another model's, so validation never chooses one; the test set compares them."""

from pathlib import Path

import pytest
from sample import finished, joined, pair, sample

from textstudy.report.language import claims, refits
from textstudy.report.language.ranks import rank_by_validation, rank_models
from textstudy.report.render import compose
from textstudy.report.sections.models import tables as models_tables
from textstudy.report.sections.results import findings as results_findings
from textstudy.report.sections.results import refits as results_refits
from textstudy.report.sections.results import tables as results_tables
from textstudy.report.sections.summary import tables as summary_tables


def rows(table):
    return {row[0]: dict(zip(table.headers, map(str, row), strict=True)) for row in table.rows}


REFIT = "TF-IDF + naive Bayes, on train + validation"


@pytest.mark.parametrize("difference", [0.04, -0.04])
def test_one_refit_is_compared_by_its_paired_test(difference):
    report = joined()
    report["pairs"] = [pair("linear_nb", "linear_nb_refit", -difference, significant=True)]
    (text,) = [item["text"] for item in results_refits.findings(report)]
    better, worse = (f"“{REFIT}”", "TF-IDF + naive Bayes")[:: 1 if difference > 0 else -1]
    start = "Refit on training and validation documents together: "
    assert text == f"{start}{better} is more accurate on test than {worse}, by 4.0 points."
    report["pairs"][0]["significant"] = False
    assert results_refits.findings(report)[0]["text"] == (
        f"{start}no difference between “{REFIT}” and TF-IDF + naive Bayes is shown on test."
    )
    report["pairs"] = []
    assert "were not compared by a paired test" in results_refits.findings(report)[0]["text"]


def test_several_refits_are_grouped_by_verdict():
    report = joined()
    report["models"]["hybrid_refit"] = {**report["models"]["distilbert_hybrid"], "title": "hybrid refit",
                                        "refits": "distilbert_hybrid"}  # fmt: skip
    report["pairs"] = [
        pair("linear_nb", "linear_nb_refit", -0.04, significant=True),
        pair("hybrid_refit", "distilbert_hybrid", -0.02, significant=False),
    ]
    (found,) = results_refits.findings(report)
    assert found["text"] == (
        "1 of 2 refits on training and validation documents together is shown to be more accurate on test than before."
    )
    assert found["details"].startswith(
        f"By paired test, “{REFIT}” (+4.0 points) is more accurate; no difference is shown for hybrid refit (−2.0 points)."
    )
    report["pairs"] = [pair("linear_nb", "linear_nb_refit", 0.04, significant=True)]
    (found,) = results_refits.findings(report)
    assert found["text"].startswith("None of 2 refits")
    assert f"“{REFIT}” (−4.0 points) is less accurate" in found["details"]
    assert "no paired test was made for hybrid refit." in found["details"]


def test_validation_chooses_the_model_and_never_its_refit():
    report = joined()
    models = report["models"]
    models["a_refit"] = models.pop("linear_nb_refit")  # a name that comes first among equal scores
    report["pairs"] = [{**each, "first": "a_refit"} if each["first"] == "linear_nb_refit" else each
                       for each in report["pairs"]]  # fmt: skip
    ranking = rank_models(report, split="validation")
    assert ranking.index("a_refit") < ranking.index("linear_nb")
    assert "a_refit" not in rank_by_validation(report)
    (found,) = results_findings.simple_baseline(report)
    assert found["evidence"]["model"] == "linear_nb"
    compared = {name for key in claims.VERDICTS for name in found["evidence"][key]}
    assert compared == {"bilstm_attention", "distilbert_freeze", "distilbert_hybrid"}, "neither refits nor ensembles"


def test_neither_a_refit_nor_an_ensemble_is_an_architecture():
    report = joined()
    report["models"]["bilstm_attention_refit"] = {**report["models"]["bilstm_attention"], "refits": "bilstm_attention"}
    (found,) = results_findings.architectures(report)
    assert {found["evidence"][place] for place in ("first", "second")} == {"bilstm_attention", "distilbert_hybrid"}
    report["models"]["bilstm_attention"]["architecture"] = "embedding_recurrent"
    assert "BiLSTM + attention (embedding-recurrent)" in results_findings.architectures(report)[0]["text"]


def test_figures_that_are_another_models_are_marked_and_the_mark_explained():
    report = joined()
    scores = rows(results_tables.scores_table(report))
    assert scores[REFIT]["Validation accuracy"] == "75.0 [73.0, 77.0] †"
    assert scores[REFIT]["Validation macro F1"] == "73.8 [71.8, 75.8] †"
    assert scores[REFIT]["Accuracy"] == "72.0 [70.0, 74.0]", "its test figures are its own"
    assert scores["TF-IDF + naive Bayes"]["Validation accuracy"] == "75.0 [73.0, 77.0]"
    assert rows(summary_tables.summary_table(finished(report)))[REFIT]["Validation"] == "75.0 †"
    text = compose(report, figures=set(), base=Path())
    after = text[text.index("{#table-scores}") :]
    assert after.index("† A refit") < after.index(":::"), "below the table, on the same page"
    assert "†" not in compose(sample(), figures=set(), base=Path())


def test_a_refit_is_named_as_such_and_its_settings_count_once():
    report = joined()
    assert rows(models_tables.models(report))[REFIT]["Architecture"] == "linear, refit of TF-IDF + naive Bayes"
    report["models"]["linear_nb_refit"]["settings"] = report["models"]["linear_nb"]["settings"]
    assert "classifier = complement_nb" in rows(models_tables.own_settings(report))["TF-IDF + naive Bayes"]["Settings"]
    assert REFIT not in rows(models_tables.own_settings(report))
    assert "classifier" not in dict(models_tables.shared_settings(report).rows)


def test_a_study_without_refits_says_nothing_of_them():
    assert results_refits.findings(sample()) == [] and refits.refitted_models(sample()) == {}
