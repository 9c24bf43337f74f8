"""The decision follows the numbers: made-up results, true and reversed, give the opposite advice, or none."""

import copy

import pytest
from robust import perturbed
from sample import joined, pair, sample

from textstudy.report.decision.decision import decide

SMALL, LARGE = "small", "large"


def paired(first: str, second: str, difference: float, *, shown: bool, split: str = "test", **more) -> dict:
    """A paired test that could have shown a difference of 2.4 points."""
    return {**pair(first, second, difference, significant=shown), "smallest_shown": 0.024, "split": split, **more}


def timed(milliseconds: float) -> dict[str, float]:
    """The time for a document, within 2 %."""
    return {"latency_ms_median": milliseconds, "latency_ms_low": 0.98 * milliseconds,
            "latency_ms_high": 1.02 * milliseconds, "cpu_ms": milliseconds}  # fmt: skip


def study(*, behind: float = 0.01, shown: bool = False, on_test: float = -0.01, shown_on_test: bool = False, **kinds):
    """A report of two models: `large` leads `small` on validation by `behind`, and takes five times as long.

    Args:
        shown: whether the test on validation shows this.
        on_test: accuracy of `small` minus that of `large` on test, and whether it is shown.
    """
    kinds = {SMALL: "linear", LARGE: "recurrent"} | kinds
    report = sample(models={SMALL: (kinds[SMALL], 0.7 + on_test), LARGE: (kinds[LARGE], 0.7)})
    report["models"][SMALL]["validation"]["accuracy"]["mean"] = 0.75 - behind
    report["models"][LARGE]["validation"]["accuracy"]["mean"] = 0.75
    report["models"][SMALL]["inference"] |= timed(2.0)
    report["models"][LARGE]["inference"] |= timed(10.0)
    report["pairs"] = [
        paired(LARGE, SMALL, behind, shown=shown, split="validation"),
        paired(SMALL, LARGE, on_test, shown=shown_on_test),
    ]
    return report


def texts(report, part: str) -> str:
    found = decide(report)[part]
    return " ".join(item["text"] for item in (found if isinstance(found, list) else [found]))


def test_the_cheapest_of_those_not_shown_worse_is_recommended():
    decision = decide(study())
    assert (decision["recommended"], decision["best"]) == (SMALL, LARGE)
    assert decision["candidates"] == [LARGE, SMALL]
    assert "the cheapest to use of the 2 models not shown to be worse than the best on validation documents, large" in (
        texts(study(), "reason")
    )
    assert "(74.0 against 75.0 %)" in texts(study(), "reason")


def test_a_model_shown_worse_on_validation_is_not_recommended_whatever_it_costs():
    report = study(behind=0.05, shown=True)
    decision = decide(report)
    assert (decision["recommended"], decision["candidates"]) == (LARGE, [LARGE])
    assert "every other model is shown to be worse there" in texts(report, "reason")


def test_the_choice_never_reads_the_test_documents():
    for difference in (-0.2, 0.2):
        assert decide(study(on_test=difference, shown_on_test=True))["recommended"] == SMALL
        assert decide(study(behind=0.05, shown=True, on_test=difference, shown_on_test=True))["recommended"] == LARGE


def test_a_model_that_was_not_compared_is_no_candidate():
    report = study()
    report["pairs"] = report["pairs"][1:]
    assert decide(report)["recommended"] == LARGE
    assert "no test compares it with the others" in texts(report, "reason")


def test_of_models_that_cost_the_same_the_more_accurate_on_validation_is_taken():
    report = study()
    report["models"][LARGE]["inference"] |= timed(2.0)
    report["models"][LARGE]["seconds"]["train"] = 1e6
    assert decide(report)["recommended"] == LARGE
    assert "small costs about as little." in texts(report, "reason")


def test_of_many_models_that_cost_the_same_the_number_is_said():
    report = sample(models={name: ("linear", 0.7) for name in "abcdef"})
    for name, model in report["models"].items():
        model["inference"] |= timed(2.0)
        model["validation"]["accuracy"]["mean"] = 0.75 - 0.001 * "abcdef".index(name)
    report["pairs"] = [paired("a", other, 0.001, shown=False, split="validation") for other in "bcdef"]
    assert "5 other models cost about as little." in texts(report, "reason")


def test_times_that_overlap_are_tied():
    report = study()
    report["models"][LARGE]["inference"] |= {"latency_ms_low": 1.9, "cpu_ms": 1.9}
    assert decide(report)["recommended"] == LARGE
    report["models"][LARGE]["inference"] |= {"latency_ms_low": 4.2, "cpu_ms": 4.2}
    assert decide(report)["recommended"] == SMALL


def test_a_model_that_is_hardly_cheaper_is_not_worth_less_accuracy():
    report = study()
    report["models"][LARGE]["inference"] |= timed(3.8)
    assert decide(report)["recommended"] == LARGE
    assert "about as cheap to use as the one other model not shown to be worse there" in texts(report, "reason")
    report["models"][LARGE]["inference"] |= timed(4.2)
    assert decide(report)["recommended"] == SMALL


def test_a_model_that_is_neither_the_best_nor_quite_the_cheapest_is_called_one_of_the_cheapest():
    report = sample(models={"best": ("recurrent", 0.75), "middle": ("recurrent", 0.74), "cheapest": ("linear", 0.73)})
    for name, milliseconds in (("best", 10.0), ("middle", 3.0), ("cheapest", 2.0)):
        report["models"][name]["inference"] |= timed(milliseconds)
    report["pairs"] = [paired("best", name, 0.01, shown=False, split="validation") for name in ("middle", "cheapest")]
    assert decide(report)["recommended"] == "middle"
    assert "It is one of the cheapest to use of the 3 models not shown to be worse" in texts(report, "reason")


def test_a_cheaper_model_that_is_also_best_has_nothing_against_it():
    report = study(behind=-0.01)
    assert decide(report)["recommended"] == SMALL == decide(report)["best"]
    assert "as cheap to use as the one other model not shown to be worse there" in texts(report, "reason")


def test_one_model_leaves_nothing_to_choose():
    report = sample(models={SMALL: ("linear", 0.7)})
    assert decide(report)["recommended"] == SMALL
    assert "It is the only model" in texts(report, "reason")
    assert decide(report)["alternatives"] == decide(report)["certainty"] == []


def test_without_validation_scores_nothing_is_recommended():
    report = study()
    for model in report["models"].values():
        model["validation"] = {}
    assert decide(report) is None


def test_a_collapsed_model_is_left_out_and_told():
    report = study(behind=0.0)
    report["models"][SMALL]["collapsed"] = [{"seed": 1, "label": "a", "share": 1.0, "true_share": 0.5}]
    assert decide(report)["recommended"] == LARGE
    assert "Left out: small, with runs that predict nearly always one class." in texts(report, "reason")
    assert texts(report, "next_steps").startswith("Repair the training of small, which collapsed.")
    report["models"][LARGE]["collapsed"] = report["models"][SMALL]["collapsed"]
    assert decide(report)["recommended"] == SMALL, "where all have collapsed, none is left out"


def test_refits_are_not_chosen_but_named_for_use_and_ensembles_may_be_chosen():
    report = joined()
    names = ("linear_nb", "product")
    report["pairs"] = [paired("product", other, 0.03, shown=other not in names, split="validation")
                       for other in report["models"] if other not in ("product", "linear_nb_refit")]  # fmt: skip
    report["models"]["product"]["inference"] |= timed(90.0)
    decision = decide(report)
    assert (decision["best"], decision["recommended"]) == ("product", "linear_nb")
    assert "linear_nb_refit" not in decision["candidates"]
    assert "Use “TF-IDF + naive Bayes, on train + validation”, the same model trained on the validation" in texts(
        report, "next_steps"
    )
    report["models"]["product"]["inference"] |= timed(1.0)
    assert decide(report)["recommended"] == "product"


def test_more_accuracy_is_offered_only_where_test_shows_it():
    report = study(on_test=-0.05, shown_on_test=True)
    assert texts(report, "alternatives").startswith(
        "No model of this study is shown to be much lighter on memory. large is shown to be more accurate on test "
        "(+5.0 points) and takes about 5 times as long a document."
    )
    report = study(on_test=-0.05, shown_on_test=False)
    shown = texts(report, "alternatives")
    assert shown.startswith("No model of this study is shown to be more accurate or much lighter on memory.")
    assert (
        "The slowest, large, takes about 5 times as long a document and is not shown to be more accurate on test"
        in shown
    )
    shown = texts(study(on_test=0.05, shown_on_test=True), "alternatives")
    assert (
        "large, takes about 5 times as long a document and is shown to be less accurate on test (−5.0 points)" in shown
    )


def test_less_memory_has_its_price():
    report = study()
    report["models"][SMALL]["memory_mb"]["peak"] = 1000.0
    report["models"][LARGE]["memory_mb"]["peak"] = 400.0
    assert "large needs 60 % less memory to train (400 MB) and is not shown to be more accurate on test" in texts(
        report, "alternatives"
    )
    report["models"][LARGE]["memory_mb"]["peak"] = 900.0
    assert "less memory" not in texts(report, "alternatives")


@pytest.mark.parametrize("swapped", [False, True])
def test_robustness_is_offered_only_where_its_interval_lies_above(swapped):
    report = study(behind=0.0)
    rows: list[dict] = []
    measured = {name: {} for name in (SMALL, LARGE)}
    report["robustness"] = {"pairs": rows, "ranking": [{"model": name} for name in measured], "models": measured}
    sign = -1 if swapped else 1
    first, second = (SMALL, LARGE) if swapped else (LARGE, SMALL)

    def gain(low: float, high: float) -> dict:
        low, high = sorted((sign * low, sign * high))
        estimate = {"mean": (low + high) / 2, "low": low, "high": high}
        return {"first": first, "second": second, "accuracy": estimate, "drop": estimate}

    rows[:] = [gain(0.02, 0.06)]
    assert decide(report)["recommended"] == SMALL
    assert "On texts with typos, large is more accurate (+4.0 points) and takes about 5 times" in texts(
        report, "alternatives"
    )
    rows[:] = [gain(-0.02, 0.06)]
    assert "is shown to be more accurate, more robust to typos or much lighter" in texts(report, "alternatives")
    rows[:] = [gain(-0.06, -0.02)]
    assert "On texts with typos" not in texts(report, "alternatives")


def test_the_baseline_is_what_a_network_must_beat():
    report = study(behind=0.05, shown=True, on_test=-0.05, shown_on_test=True)
    assert "It is more accurate on test than the simple baseline, small, by 5.0 points [2.0, 8.0]." in texts(
        report, "certainty"
    )
    report = study(behind=0.05, shown=True, on_test=0.05, shown_on_test=True)
    assert "It is less accurate on test than the simple baseline, small, by 5.0 points" in texts(report, "certainty")
    report = study(on_test=0.05, shown_on_test=True)
    assert "It is more accurate on test than the best network on validation, large," in texts(report, "certainty")
    assert "No difference from the best network on validation, large, is shown on test." in texts(study(), "certainty")
    report = study()
    report["pairs"][1]["equivalent"] = True
    assert "It is as accurate on test as the best network on validation, large, within 1 point." in texts(
        report, "certainty"
    )


def test_one_seed_speaks_of_this_run():
    report = study()
    assert "All this holds for other documents and for other trainings." in texts(report, "certainty")
    report["pairs"][1]["scope"] = "runs"
    assert "only for these runs" in texts(report, "certainty")
    report = study(**{SMALL: "recurrent"})
    report["pairs"][1]["scope"] = "runs"
    for model in report["models"].values():
        model["seeds"] = [1]
    assert "but only for this run: another seed may change the order" in texts(report, "certainty")
    assert "2 of 2 models were trained once." in texts(report, "next_steps")


def test_a_difference_that_could_be_missed_is_stated_and_asks_for_documents():
    report = study()
    assert "Differences under 2.4 points could be missed." in texts(report, "certainty")
    report["models"][LARGE]["seeds"] = [1, 2, 3]
    assert "Label more test documents, if differences under 2.4 points matter." in texts(report, "next_steps")
    report["pairs"][1]["documents_error"] = 0.001  # trainings differ, so documents would not help
    assert "Label more" not in texts(report, "next_steps")
    report["pairs"][1].update(documents_error=0.012, equivalent=True)
    assert "Label more" not in texts(report, "next_steps")
    report["models"]["third"] = copy.deepcopy(report["models"][LARGE])
    report["pairs"] += [paired(LARGE, "third", 0.0, shown=False, split="validation"),
                        paired(SMALL, "third", 0.0, shown=False, smallest_shown=0.1)]  # fmt: skip
    assert "Differences under 2.4 to 10.0 points, by model, could be missed." in texts(report, "certainty")


@pytest.mark.parametrize(("low", "high", "told"), [(0.012, 0.03, True), (-0.01, 0.03, False), (-0.03, -0.01, False)])
def test_more_labels_are_asked_for_only_where_the_learning_curve_rises(low, high, told):
    report = study()
    report["models"][LARGE]["seeds"] = [1, 2, 3]
    gain = {"mean": (low + high) / 2, "low": low, "high": high}
    report["growth"] = {SMALL: {"more": [{"factor": 2, "gain": gain}]}}
    assert ("twice as many training documents would bring 1.2 to 3.0 points" in texts(report, "next_steps")) == told
    report["growth"] = {LARGE: report["growth"][SMALL]}
    assert "twice as many" not in texts(report, "next_steps"), "the curve is that of another model"


def test_data_are_clean_only_without_duplicates_shared_groups_and_doubts():
    report = study()
    report["audit"]["warnings"] = []
    assert texts(report, "data") == "No test document is a duplicate of a training document."
    final = next(row for row in report["audit"]["overlaps"] if row["stage"] == "split")
    final["near"] = 2
    assert texts(report, "data").startswith("Not clean: 2 of 400 test documents are duplicates of training documents.")
    final["near"] = 0
    row = {"kind": "author", "split": "test", "documents": 400, "known": 300, "without": 0, "groups": 9,
           "known_groups": 7}  # fmt: skip
    report["audit"]["groups"] = [row]
    report["errors"] = {"documents": 400, "label_issues": {"count": 20, "examples": []}}
    assert (
        "But 75 % of the test documents share their author with training documents and 20 test labels (5.0 %) are"
        in (texts(report, "data"))
    )
    report["models"][LARGE]["seeds"] = [1, 2, 3]
    steps = texts(report, "next_steps")
    assert steps.startswith("Split by author, if the model will meet texts of new ones. Have a person read the 20 test")
    row["known"], report["errors"]["label_issues"]["count"] = 20, 1
    assert "But 1 test label (0.2 %) is in doubt." in texts(report, "data")
    report["errors"]["label_issues"]["count"] = 160
    assert "But so many test labels are in doubt that the models, not the labels, may be wrong." in texts(
        report, "data"
    )
    assert "in doubt" not in texts(report, "next_steps")
    assert "Split by" not in texts(report, "next_steps") and "Have a person" not in texts(report, "next_steps")


def test_the_decision_reads_the_report_and_leaves_it_alone():
    report = perturbed(joined())
    before = copy.deepcopy(report)
    decide(report)
    assert report == before
    assert len(decide(report)["next_steps"]) <= 3
