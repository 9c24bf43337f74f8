"""Ensembles: their table, the claims of their sentences, and their costs."""

import pytest
from sample import choice, finished, joined, make_ensemble, pair, phased, sample, training_time

from textstudy.report.findings import make_findings
from textstudy.report.language.costs import foundations, parameters, pareto_front, training_seconds
from textstudy.report.sections.efficiency.tables import training_costs
from textstudy.report.sections.ensembles import findings as ensembles_findings
from textstudy.report.sections.ensembles import tables as ensembles_tables
from textstudy.report.sections.models.tables import own_settings
from textstudy.report.sections.summary.tables import summary_table

MEMBERS = ["linear_nb", "bilstm_attention", "distilbert_hybrid"]


def rows(table):
    return {row[0]: dict(zip(table.headers, map(str, row), strict=True)) for row in table.rows}


def texts(report, kind):
    return [item["text"] for item in make_findings(report) if item["kind"] == kind]


def retest(report, first, second, difference, *, significant):
    """Replace the paired test of two models."""
    report["pairs"] = [each for each in report["pairs"] if {each["first"], each["second"]} != {first, second}]
    report["pairs"].append(pair(first, second, difference, significant=significant))


def with_ensembles(**made):
    """A report with an ensemble for each name → (test accuracy, settings)."""
    models = {"linear_nb": ("linear", 0.71), "bilstm_attention": ("recurrent", 0.63)}
    report = sample(models=models | {name: ("ensemble", accuracy) for name, (accuracy, _) in made.items()})
    for name, (_, settings) in made.items():
        make_ensemble(report, name, list(models), **settings)
    return report


def refit_of_the_product(report):
    """Add the refit of the ensemble, of whose members one is refitted."""
    base = report["models"]["product"]
    sizes = {("linear_nb_refit" if name == "linear_nb" else name): size for name, size in base["members"].items()}
    report["models"]["a_refit"] = {**base, "title": "all, refitted", "refits": "product", "members": sizes}
    report["pairs"].append(pair("a_refit", "product", 0.01, significant=False))
    return report


def test_the_table_has_members_method_accuracy_and_size():
    report = joined()
    (row,) = rows(ensembles_tables.ensembles_table(report)).values()
    assert row["Members"] == "TF-IDF + naive Bayes: 0.5; BiLSTM + attention: 0.125; DistilBERT, hybrid: 0.375"
    assert row["Method"] == "weighted product of the probabilities"
    assert row["Fitted on"] == "held-out validation documents, cross-fitted"
    assert (row["Validation accuracy"], row["Test accuracy"]) == ("78.0 [76.0, 80.0]", "74.0 [72.0, 76.0]")
    total = 3 + sum(report["models"][name]["parameters"]["total"] for name in MEMBERS)
    assert (row["Own parameters"], row["Total with members"]) == ("3", f"{total:,}")


def test_methods_and_fitted_documents_in_words():
    report = with_ensembles(
        mean=(0.7, {"method": "average"}),
        stacked=(0.7, {"method": "stacked"}),
        network=(0.7, {"method": "learned", "fitted_on": "train"}),
    )
    report["models"]["stacked"]["chosen"] = [choice(regularization=each) for each in (0.1, 0.01)]
    found = rows(ensembles_tables.ensembles_table(report))
    assert found["mean"]["Method"] == "mean of the probabilities" and found["mean"]["Fitted on"] == "nothing"
    assert found["mean"]["Own parameters"] == "0"
    assert found["stacked"]["Method"] == "logistic regression on the log-probabilities, C = 0.01 and 0.1"
    assert found["network"]["Method"] == "small network on the probabilities"
    assert found["network"]["Fitted on"] == "training documents of its members"
    assert found["mean"]["Members"] == "TF-IDF + naive Bayes; BiLSTM + attention"


def test_a_refitted_ensemble_is_marked_and_was_not_fitted_again():
    report = refit_of_the_product(joined())
    row = rows(ensembles_tables.ensembles_table(report))["all, refitted"]
    shown = "TF-IDF + naive Bayes, on train + validation; BiLSTM + attention; DistilBERT, hybrid"
    assert row["Members"] == shown, "in the order of the study, without the weights fitted for others"
    assert row["Fitted on"] == "not fitted again: uses the fit of weighted product of three"
    assert row["Validation accuracy"] == "78.0 [76.0, 80.0] †"


def test_validation_chooses_the_ensemble_and_the_member_and_no_refit():
    report = refit_of_the_product(joined())
    report["models"]["distilbert_hybrid"]["validation"]["accuracy"]["mean"] = 0.76  # not the best on test
    (found,) = [item for item in ensembles_findings.findings(report) if item["kind"] == "ensemble"]
    assert (found["evidence"]["model"], found["evidence"]["member"]) == ("product", "distilbert_hybrid")
    report = with_ensembles(first=(0.7, {"method": "pool"}), second=(0.72, {"method": "stacked"}))
    report["models"]["first"]["validation"]["accuracy"]["mean"] = 0.9
    (found,) = [item for item in ensembles_findings.findings(report) if item["kind"] == "ensemble"]
    assert found["evidence"]["model"] == "first" and found["details"].startswith(
        "Of 2 ensembles, first has the highest"
    )


@pytest.mark.parametrize("difference", [-0.03, 0.03])
def test_the_best_ensemble_is_compared_with_its_best_member(difference):
    report = joined()
    retest(report, "product", "linear_nb", difference, significant=True)
    better, worse = ("weighted product of three", "TF-IDF + naive Bayes")[:: 1 if difference > 0 else -1]
    assert texts(report, "ensemble") == [
        f"The best ensemble against its best member: {better} is more accurate on test than {worse}, by 3.0 points."
    ]
    retest(report, "product", "linear_nb", difference, significant=False)
    assert "accurate" not in texts(report, "ensemble")[0]


@pytest.mark.parametrize("difference", [-0.02, 0.02])
def test_ensembles_fitted_on_different_documents_are_compared(difference):
    learned = {"method": "learned"}
    report = with_ensembles(held=(0.7, learned), inside=(0.7 + difference, {**learned, "fitted_on": "train"}))
    retest(report, "held", "inside", -difference, significant=True)
    (found,) = [item for item in make_findings(report) if item["kind"] == "ensemble_fitted_on"]
    assert "held has a test accuracy of 70.0 % [68.0, 72.0]" in found["details"]
    assert f"inside has {70 + 100 * difference:.1f} %" in found["details"]
    better, worse = ("inside", "held")[:: 1 if difference > 0 else -1]
    assert found["text"] == (
        f"The same ensemble was fitted in two ways: {better} is more accurate on test than {worse}, by 2.0 points."
    )
    retest(report, "held", "inside", -difference, significant=False)
    assert "no difference between inside and held is shown" in texts(report, "ensemble_fitted_on")[0]


def test_ensembles_with_other_differences_are_not_compared():
    inside = {"method": "pool", "fitted_on": "train"}
    assert not texts(with_ensembles(held=(0.7, {"method": "stacked"}), inside=(0.7, inside)), "ensemble_fitted_on")
    averages = {way: (0.7, {"method": "average", "fitted_on": way}) for way in ("validation", "train")}
    assert not texts(with_ensembles(**averages), "ensemble_fitted_on")
    report = with_ensembles(held=(0.7, {"method": "pool", "regularization": [7.0]}), inside=(0.7, inside))
    assert len(texts(report, "ensemble_fitted_on")) == 1, "a pool does not read the regularization of stacking"
    report["models"]["inside"]["settings"]["members"] = ["linear_nb", "another"]
    assert not texts(report, "ensemble_fitted_on")


def test_an_ensemble_costs_what_its_members_cost():
    report = refit_of_the_product(joined())
    models = report["models"]
    assert foundations(report, "product") == sorted(MEMBERS)
    states = report["encodings"]["wordpieces"]["features"]["seconds"]  # which the hybrid's head read
    assert training_seconds(report, "product") == pytest.approx(
        0.02 + sum(models[name]["seconds"]["train"] for name in MEMBERS) + states
    )
    assert training_seconds(report, "linear_nb_refit") == pytest.approx(
        models["linear_nb_refit"]["seconds"]["train"] + models["linear_nb"]["seconds"]["train"]
    )
    built = {*MEMBERS, "linear_nb_refit", "product"}
    assert set(foundations(report, "a_refit")) == built, "each once, though two ways lead to it"
    sizes = sum(models[name]["parameters"]["total"] for name in MEMBERS)
    assert parameters(report, "product") == 3 + sizes
    prices = pareto_front(report, "parameters")[1]
    assert prices["product"][0] == 3 + sizes and prices["linear_nb"][0] == models["linear_nb"]["parameters"]["total"]


def test_the_finding_on_efficiency_does_not_call_an_ensemble_quick():
    report = joined()
    for name, seconds in (("linear_nb", 2.0), ("bilstm_attention", 60.0), ("distilbert_hybrid", 600.0)):
        report["models"][name]["seconds"] = training_time(seconds)
    (found,) = [item for item in make_findings(report) if item["kind"] == "efficiency"]
    assert found["text"].startswith("TF-IDF + naive Bayes keeps 95.9 %")
    assert "2 s against 12 min 23 s with the models on which it is built" in found["details"]


def test_the_table_of_costs_names_device_and_precision_and_explains_its_costs():
    report = joined()
    report["models"]["linear_nb"]["devices"].append({"device": "cuda", "precision": "float16"})
    table = training_costs(report)
    found = rows(table)
    assert found["DistilBERT, hybrid"]["Device"] == "cuda, bfloat16"
    assert found["TF-IDF + naive Bayes"]["Device"] == "cpu, float32; cuda, float16"
    assert found["weighted product of three"]["Parameters"] == "3" and "their own" in table.caption
    assert "their own" not in training_costs(sample()).caption
    assert "include those of its members" in summary_table(finished(report)).caption


def test_only_the_settings_that_its_method_reads_are_shown():
    shown = rows(own_settings(joined()))["weighted product of three"]["Settings"]
    assert "fitted_on = validation" in shown and "method = pool" in shown
    assert "training" not in shown and "regularization" not in shown


def test_a_study_without_ensembles_says_nothing_of_them():
    for report in (sample(), phased()):
        assert ensembles_findings.findings(report) == [] and not ensembles_tables.ensembles_table(report)
