"""Findings follow the numbers: a report with its numbers reversed gets the reversed sentence, or none."""

import copy
import re

import pytest
from sample import cells, joined, pair, phased, sample, training_time

from textstudy.evaluate.metrics import COLLAPSE_SHARE
from textstudy.report.findings import make_findings
from textstudy.report.language.collapse import COLLAPSE_RULE
from textstudy.report.language.costs import pareto_front
from textstudy.report.language.ranks import paired_test
from textstudy.report.sections.curves.diagnosis import DIAGNOSIS_RULES
from textstudy.report.sections.results.findings import best_model
from textstudy.train import diagnosis

FIRST, SECOND = "alpha", "beta"


def two_models(
    difference: float, *, significant: bool, swapped: bool = False, architectures=("recurrent", "pretrained")
):
    """A report of two models whose first leads by `difference`; `swapped` stores the same test the other way round."""
    report = sample(models={FIRST: (architectures[0], 0.6 + difference), SECOND: (architectures[1], 0.6)})
    tested = pair(FIRST, SECOND, difference, significant=significant)
    if swapped:
        tested = pair(SECOND, FIRST, -difference, significant=significant)
    report["pairs"] = [tested]
    return report


def texts(report, kind):
    return [item["text"] for item in make_findings(report) if item["kind"] == kind]


def details(report, kind):
    return [item["details"] for item in make_findings(report) if item["kind"] == kind]


def shift_validation(report, **added):
    """Add to the validation accuracies of models."""
    for name, more in added.items():
        report["models"][name]["validation"]["accuracy"]["mean"] += more


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("difference", [0.05, -0.05])
def test_a_model_is_called_less_accurate_only_by_a_paired_test(difference, swapped):
    winner, loser = (FIRST, SECOND) if difference > 0 else (SECOND, FIRST)
    report = two_models(difference, significant=True, swapped=swapped)
    reached = "65.0" if difference > 0 else "60.0"
    assert texts(report, "best") == [
        f"Of 2 models, {winner} has the highest validation accuracy. On test it has {reached} %; {loser} is less "
        "accurate."
    ]
    (behind,) = details(report, "best")
    assert (
        f"{winner} − {loser}: +5.0 points [+2.0, +8.0], corrected p < 0.001, both corrected for 2 comparisons" in behind
    )
    (text,) = texts(two_models(difference, significant=False, swapped=swapped), "best")
    assert text.endswith(f"; no difference is shown for {loser}.") and "accurate" not in text


def test_the_best_model_is_the_one_that_validation_chose():
    report = two_models(0.05, significant=True)
    shift_validation(report, **{SECOND: 0.2})
    (text,) = texts(report, "best")
    assert text.startswith("Of 2 models, beta has the highest validation accuracy. On test it has 60.0 %;")
    assert text.endswith("alpha is more accurate."), "the test is not hidden where it contradicts the choice"


def test_the_interval_of_the_best_model_is_that_of_its_own_trainings():
    """Validation prefers lucky trainings, so the interval for other trainings would be too high."""
    report = two_models(0.05, significant=True)
    (behind,) = details(report, "best")
    assert behind.startswith(
        "Test accuracy of alpha, as trained here: 65.0 % [64.0, 66.0]. Other trainings may score lower"
    )
    report["models"][FIRST]["test"]["accuracy"]["spread"] = None
    assert "Other trainings" not in details(report, "best")[0]


def test_the_only_model_is_called_so():
    report = sample(models={FIRST: ("recurrent", 0.6)})
    assert texts(report, "best") == ["alpha has a test accuracy of 60.0 %; it is the only model."]


def test_of_many_models_those_as_good_are_named_and_the_others_counted():
    accuracies = dict(zip("abcdefgh", (0.9, 0.89, 0.88, 0.7, 0.7, 0.7, 0.7, 0.7), strict=True))
    report = sample(models={name: ("recurrent", value) for name, value in accuracies.items()})
    (text,) = texts(report, "best")
    assert text.endswith("5 of the 7 others are less accurate; no difference is shown for b and c.")
    assert details(report, "best")[0].count("[") == 1 + 6 and "have 1 more test." in details(report, "best")[0]
    for tested in report["pairs"]:
        tested["significant"] = True
    assert texts(report, "best")[0].endswith("; all others are less accurate.")


def test_without_a_paired_test_nothing_is_claimed():
    report = two_models(0.05, significant=True)
    report["pairs"] = []
    (text,) = texts(report, "best")
    assert "no paired test was made for beta" in text and "accurate" not in text
    tested = pair(FIRST, SECOND, 0.05, significant=True)
    for other in ({"metric": "macro_f1"}, {"split": "validation"}):
        report["pairs"] = [{**tested, **other}]
        assert "accurate" not in texts(report, "best")[0]


def test_models_shown_to_be_equal_are_told_from_those_of_which_nothing_is_shown():
    report = two_models(0.001, significant=False)
    report["pairs"][0]["equivalent"] = True
    assert texts(report, "best")[0].endswith("; beta is equally accurate, within 1 point.")
    assert texts(report, "architecture") == [
        "Best models of two architectures: beta (pretrained) and alpha (recurrent) are equally accurate on test, "
        "within 1 point."
    ]
    report["pairs"][0]["significant"] = True  # less than a point, but shown
    assert "beta is less accurate" in texts(report, "best")[0]


@pytest.mark.parametrize("kind", ["best", "baseline", "architecture"])
def test_of_one_training_a_sentence_speaks_as_of_the_models_trained_here(kind):
    report = sample()
    assert not any("as trained here" in text for text in texts(report, kind))
    for tested in report["pairs"]:
        tested["scope"] = "runs"
    for item in make_findings(report):
        if item["kind"] == kind:
            assert "as trained here" in item["text"]
            assert "how other trainings would differ is not known, as a model was trained once" in item["details"]


def test_the_statistics_behind_a_claim_are_in_its_details():
    report = two_models(0.05, significant=True)
    report["pairs"][0] |= {"grouped_by": "thread", "spreads": [0.012, None], "comparisons": 7}
    (behind,) = details(report, "architecture")
    assert behind == (
        "Each was chosen on validation. beta (pretrained) − alpha (recurrent): −5.0 points [−8.0, −2.0], corrected "
        "p < 0.001, both corrected for 7 comparisons; a true difference of 4.2 points would be shown with 80 % "
        "probability; standard deviation over seeds — and 1.2 points; documents of one thread vary together."
    )
    report["pairs"][0]["comparisons"] = 1
    assert "[−8.0, −2.0], p < 0.001; a true" in details(report, "architecture")[0], "nothing is corrected for itself"


STATISTICS = re.compile(r"\bp [=<]|\[|\binterval|paired test\b|standard deviation|bootstrap")
OURS = ("best", "baseline", "architecture", "effect", "refits", "known_groups", "ensemble", "ensemble_fitted_on",
        "strategies", "reported", "reported_count", "reported_order", "phase", "word_vectors",
        "word_vectors_mean")  # fmt: skip


@pytest.mark.parametrize("made", [sample, joined, phased])
def test_sentences_are_plain(made):
    for item in make_findings(made()):
        if item["kind"] in OURS:
            assert not STATISTICS.search(item["text"]), item["text"]


@pytest.mark.parametrize(("difference", "claim"), [(0.05, "more"), (-0.05, "less")])
def test_networks_against_the_baseline(difference, claim):
    report = two_models(difference, significant=True, architectures=("recurrent", "linear"))
    (text,) = texts(report, "baseline")
    first, second = (FIRST, SECOND) if claim == "more" else (SECOND, FIRST)
    assert text.startswith("The simple baseline beta has a test accuracy of 60.0 %;")
    assert text.endswith(f"; {first} is more accurate on test than {second}, by 5.0 points.")
    report = two_models(difference, significant=False, architectures=("recurrent", "linear"))
    (text,) = texts(report, "baseline")
    assert "no difference between alpha and beta is shown" in text and "more accurate" not in text


def test_several_networks_are_counted():
    report = sample(models={"linear_nb": ("linear", 0.6), "gru": ("recurrent", 0.7), "lstm": ("recurrent", 0.7)})
    for tested in report["pairs"]:
        tested["significant"] = True
    assert texts(report, "baseline")[0].endswith("; 2 of 2 networks are shown to be more accurate.")
    assert details(report, "baseline")[0].startswith(
        "By paired test with the baseline, gru and lstm are more accurate."
    )
    report["pairs"] = [each for each in report["pairs"] if "lstm" not in (each["first"], each["second"])]
    assert texts(report, "baseline")[0].endswith("; 1 of 2 networks is shown to be more accurate.")
    report["pairs"][0]["significant"] = False
    assert texts(report, "baseline")[0].endswith("; none of 2 networks is shown to be more accurate.")


@pytest.mark.parametrize("difference", [0.05, -0.05])
def test_architectures_are_compared_by_their_best_on_validation(difference):
    report = two_models(difference, significant=True)
    (text,) = texts(report, "architecture")
    winner = "alpha (recurrent)" if difference > 0 else "beta (pretrained)"
    assert f"{winner} is more accurate on test" in text
    report["pairs"][0]["significant"] = False
    assert "no difference between" in texts(report, "architecture")[0]


def test_no_sentence_ranks_models_when_no_test_is_significant():
    report = sample()
    for tested in report["pairs"]:
        tested["significant"] = False
    for item in make_findings(report):
        assert not re.search(r"\b(beats|outperforms|better than)\b", item["text"]), item["text"]
        assert not re.search(r"\b(is|are) (more|less) accurate\b", item["text"]), item["text"]


def test_leaks_count_only_where_the_interval_excludes_zero():
    report = sample()
    assert texts(report, "leakage") == [
        "With headers left in, a simple model would seem 12.0 points more accurate than it is."
    ]
    (text,) = details(report, "leakage")
    higher, _, unclear = text.partition("No difference is shown with")
    assert "headers left in (+12.0 points" in higher and "duplicates left in (+3.0" in higher
    assert "quotes left in" in unclear and "quotes left in" not in higher
    for row in report["leakage"]["variants"]:
        low, high = -row["difference_high"], -row["difference_low"]
        row.update(difference=-row["difference"], difference_low=low, difference_high=high)
    assert texts(report, "leakage")[0].startswith("Nothing that cleaning removes is shown to make")
    (text,) = details(report, "leakage")
    assert "is lower with headers left in" in text and "is higher" not in text
    assert "sample" not in text
    report["leakage"]["sample"] = 50_000
    (text,) = details(report, "leakage")
    assert ", measured on a random sample of 50,000 documents, has a test accuracy of" in text


def test_overlaps_are_stated_as_found():
    report = sample()
    assert texts(report, "audit") == ["None of the 400 test documents is a duplicate of a training document."]
    assert "400 test documents included 12 exact duplicates and 17 near duplicates" in details(report, "audit")[0]
    next(row for row in report["audit"]["overlaps"] if row["stage"] == "split")["near"] = 2
    assert texts(report, "audit") == ["2 of the 400 test documents are duplicates of training documents."]
    assert "The 400 test documents include 0 exact duplicates and 2 near duplicates" in details(report, "audit")[0]


def test_wide_gaps_between_training_and_validation():
    report = sample()
    (text,) = texts(report, "overfitting")
    assert text.startswith("BiLSTM + attention and “DistilBERT, frozen” overfit")
    (found,) = [item for item in make_findings(report) if item["kind"] == "overfitting"]
    assert "BiLSTM + attention +21.0" in found["details"] and "without dropout" in found["details"]
    for model in report["models"].values():
        model["gap"] = None if model["gap"] is None else 0.02
    assert texts(report, "overfitting")[0].startswith("No network overfits")
    for model in report["models"].values():
        model["gap"] = None
    assert texts(report, "overfitting") == []


def test_collapse_is_what_the_metrics_call_so():
    report = sample()
    model = report["models"]["bilstm_attention"]
    assert texts(report, "collapse") == []
    # The confusion alone decides nothing: the rule is that of the metrics of each run.
    model["confusion"] = cells([[100, 0, 0, 0]] * 4)
    assert texts(report, "collapse") == []
    model["collapsed"] = [
        {"seed": 1, "label": "sci.space", "share": 0.96, "true_share": 0.25},
        {"seed": 2, "label": "rec.autos", "share": 0.99, "true_share": 0.25},
    ]
    (found,) = [item for item in make_findings(report) if item["kind"] == "collapse"]
    assert found["text"].startswith("BiLSTM + attention has collapsed in 2 of 2 runs")
    assert found["details"].startswith("With seed 2, it predicts rec.autos for 99.0")
    assert "25.0 % have that label" in found["details"] and found["details"].endswith(COLLAPSE_RULE)


def test_the_report_states_the_share_that_the_metrics_use():
    assert f"{100 * COLLAPSE_SHARE:.0f} % or more" in COLLAPSE_RULE


def test_the_report_states_the_thresholds_of_the_diagnosis():
    """The numbers stand in the order of the sentences."""
    stated = [float(number) for number in re.findall(r"(\d+)(?: %| points| times)", " ".join(DIAGNOSIS_RULES))]
    shares = ("OVERFITTING_ACCURACY", "OVERFITTING_GAP", "LOSS_RISE", "HARDLY_LEARNT", "STILL_FALLING",
              "TRAIN_LOSS_JUMP", "ACCURACY_DROP")  # fmt: skip
    decided = [100 * getattr(diagnosis, name) for name in shares] + [diagnosis.GRADIENT_RATIO]
    assert stated == pytest.approx(decided)


def test_a_class_without_test_documents_is_neither_best_nor_worst():
    report = sample()
    report["models"]["linear_nb"]["per_class"][0].update(f1=0.0, support=0)
    (text,) = texts(report, "classes")
    assert report["models"]["linear_nb"]["per_class"][0]["label"] not in text


def test_a_published_score_outside_the_interval_comes_with_the_known_differences():
    report = sample()
    report["reported"]["models"] = {"bilstm_attention": {"test_accuracy": 0.99}}
    assert texts(report, "reported") == [
        "The published score of BiLSTM + attention is higher than expected of another training here."
    ]
    (known,) = details(report, "reported")
    assert "other settings" not in known and "extends" not in known
    report["study"]["scaled"] = [{"setting": "models.bilstm_attention.training.epochs", "full": 20, "used": 3}]
    report["models"]["bilstm_attention"]["extends"] = {"phase": "choose", "model": "linear_nb", "changes": {}}
    (known,) = details(report, "reported")
    assert "Here the model extends TF-IDF + naive Bayes." in known
    assert "This run used other settings for the model or its texts than the study file has." in known
    report["study"]["scaled"][0]["setting"] = "models.another.training.epochs"
    assert "other settings" not in details(report, "reported")[0]


def test_titles_with_a_comma_stand_in_quotation_marks():
    report = two_models(0.05, significant=True)
    report["models"][FIRST]["title"] = "LSTM, GloVe"
    assert texts(report, "best")[0].startswith("Of 2 models, “LSTM, GloVe” has the highest validation accuracy.")


def test_cleaning_that_makes_texts_alike_is_stated():
    report = sample()
    assert "The corpus as parsed had only 3 exact duplicates" in details(report, "audit")[0]
    report["audit"]["overlaps"][0]["exact"] = 0
    assert "The corpus as parsed had no exact duplicates" in details(report, "audit")[0]
    report["audit"]["overlaps"][0]["exact"] = report["audit"]["overlaps"][1]["exact"]
    assert "as parsed" not in details(report, "audit")[0]


@pytest.mark.parametrize(("value", "place"), [(0.70, "higher"), (0.50, "lower")])
def test_a_published_score_is_compared_with_what_is_expected_of_another_training(value, place):
    """BiLSTM + attention has 63 %, for other documents and trainings [61, 65]; one other training may have [59, 67]."""
    report = sample()
    report["reported"]["models"] = {"bilstm_attention": {"test_accuracy": value, "test_macro_f1": 0.655}}
    (text,) = texts(report, "reported")
    assert text == f"The published score of BiLSTM + attention is {place} than expected of another training here."
    (behind,) = details(report, "reported")
    published = f"Published test accuracy {100 * value:.2f} %, measured 63.00 %, expected 59.0 to 67.0 %."
    assert behind.startswith(published) and "F1" not in behind
    assert texts(report, "reported_count") == ["1 of 2 published scores agrees with those measured here."]


def test_published_scores_are_not_judged_by_one_training():
    report = sample()
    scores = report["models"]["bilstm_attention"]["test"]
    report["reported"]["models"] = {"bilstm_attention": {"test_accuracy": 0.1, "test_macro_f1": 0.9}}
    scores["macro_f1"]["expected"] = None
    assert texts(report, "reported_count") == ["0 of 1 published scores agree with those measured here."]
    assert "1 score cannot be judged: one training does not tell" in details(report, "reported_count")[0]
    scores["accuracy"]["expected"] = None
    assert texts(report, "reported") == []
    assert texts(report, "reported_count") == [
        "Whether the published scores agree with those measured here cannot be told, because the models were trained "
        "once."
    ]


def test_a_replaced_encoder_is_named():
    report = sample()
    report["reported"]["models"] = {"distilbert_freeze": {"test_accuracy": 0.9}}
    assert "packaged-encoder, not distilbert-base-uncased" in details(report, "reported")[0]


def test_a_published_order_that_the_paired_test_contradicts():
    report = two_models(0.05, significant=True)
    report["reported"] = {"source": "x", "notes": [], "models": {FIRST: {"accuracy": 0.5}, SECOND: {"accuracy": 0.6}}}
    (text,) = texts(report, "reported_order")
    assert "puts beta above alpha. Here, alpha is more accurate on test than beta, by 5.0 points" in text
    report["pairs"][0]["significant"] = False
    assert texts(report, "reported_order") == []


def test_a_cheaper_model_is_named_only_if_it_is_near_and_much_faster():
    report = two_models(0.02, significant=False)
    first, second = (report["models"][name] for name in (FIRST, SECOND))
    first["seconds"], second["seconds"] = training_time(735.0), training_time(292.0)
    report["encodings"]["wordpieces"]["features"] = (
        None  # nobody reads a frozen encoder's states, whose pass would count
    )
    (found,) = [item for item in make_findings(report) if item["kind"] == "efficiency"]
    assert found["text"].startswith("beta keeps 96.8 %") and "trains between 1.6 and 4 times as fast" in found["text"]
    assert "4 min 52 s against 12 min 15 s" in found["details"]
    second["seconds"] = training_time(700.0)
    assert texts(report, "efficiency") == []
    report = two_models(0.2, significant=True)
    report["models"][SECOND]["seconds"] = training_time(0.1)
    assert texts(report, "efficiency") == []


def test_pareto_front_drops_what_another_model_beats_on_both():
    report = sample(
        models={name: ("recurrent", value) for name, value in zip("abcd", (0.5, 0.6, 0.55, 0.7), strict=True)}
    )
    for name, price in zip("abcd", (1.0, 2.0, 3.0, 4.0), strict=True):
        report["models"][name]["seconds"] = training_time(price)
    assert pareto_front(report, "training_time")[0] == ["a", "b", "d"]


def test_pairs_read_the_same_from_both_sides():
    report = two_models(0.05, significant=True)
    seen = paired_test(report, SECOND, FIRST)
    assert seen["verdict"] == "worse"
    assert (seen["difference"], seen["low"], seen["high"]) == pytest.approx((-0.05, -0.08, -0.02))


def test_findings_leave_the_report_alone_and_need_no_optional_part():
    report = sample()
    before = copy.deepcopy(report)
    make_findings(report)
    assert report == before
    report["audit"]["overlaps"], report["leakage"]["variants"] = [], []
    report["encodings"]["wordpieces"]["features"] = None
    report.update(reported=None, pairs=[], confusions={name: [] for name in report["models"]}, ledger=[])
    assert {item["kind"] for item in make_findings(report)} >= {"best", "baseline"}
    assert best_model({**report, "models": {}}) == []
