"""Costs: the cheapest models have the lowest values, and no encoder is put above another without a paired test."""

import pytest
from sample import joined, pair, restate, sample

from textstudy.report.language.costs import COSTS, training_memory, training_seconds
from textstudy.report.sections.efficiency import findings as costs
from textstudy.report.sections.efficiency import tables as cost_table
from textstudy.report.sections.reported.rows import reported_rows

SMALL, LARGE = "distilbert_full", "bert_full"


def kinds(report):
    """Return kind → finding."""
    return {item["kind"]: item for item in costs.findings(report)}


@pytest.mark.parametrize("cost", COSTS)
def test_the_cheapest_is_the_one_with_the_lowest_figure(cost):
    report = sample()
    places = {"training_time": ("seconds", "train"), "latency": ("inference", "latency_ms_median"),
              "parameters": ("parameters", "total"), "memory": ("memory_mb", "peak")}  # fmt: skip
    group, key = places[cost]
    report["encodings"]["wordpieces"]["features"] = None  # its pass would count as a cost
    for name in report["models"]:  # each in turn
        before = report["models"][name][group][key]
        report["models"][name][group][key] = 0.5
        found = kinds(report)["cheapest"]
        assert found["evidence"][cost]["models"] == [name]
        before_it = found["text"].partition(costs.CHEAPEST[cost][0])[0]
        titles = [model["title"] for model in report["models"].values()]
        assert max(titles, key=before_it.rfind) == report["models"][name]["title"]  # the last title before it
        report["models"][name][group][key] = before


def test_two_models_of_the_same_cost_are_both_the_cheapest():
    report = sample()
    for name in ("linear_nb", "bilstm_attention"):
        report["models"][name]["parameters"]["total"] = 1_000
    text = kinds(report)["cheapest"]["text"]
    assert kinds(report)["cheapest"]["evidence"]["parameters"]["models"] == ["linear_nb", "bilstm_attention"]
    assert "(71.0 % test accuracy) and BiLSTM + attention (63.0 % test accuracy) have the fewest parameters" in text


def test_a_refit_is_never_the_cheapest():
    report = joined()
    report["models"]["linear_nb_refit"]["inference"]["latency_ms_median"] = 0.001
    assert kinds(report)["cheapest"]["evidence"]["latency"]["models"] != ["linear_nb_refit"]


def test_the_memory_of_an_ensemble_is_the_highest_of_its_members():
    report = joined()
    report["models"]["product"]["memory_mb"]["peak"] = 100.0
    report["models"]["bilstm_attention"]["memory_mb"]["peak"] = 4321.0
    assert training_memory(report, "product") == 4321.0


def test_the_training_time_on_cached_states_includes_the_pass_of_the_encoder():
    """The head learns in seconds, but the pass of the encoder takes 80.5 s: such a model is not the fastest."""
    report = sample()
    frozen, linear = (report["models"][name] for name in ("distilbert_freeze", "linear_nb"))
    frozen["seconds"]["train"], linear["seconds"]["train"] = 0.5, 40.0
    report["reported"]["models"] = {"distilbert_freeze": {"train_seconds": 292, "epoch_seconds": 60}}
    assert training_seconds(report, "distilbert_freeze") == pytest.approx(81.0)
    assert kinds(report)["cheapest"]["evidence"]["training_time"]["models"] != ["distilbert_freeze"]
    assert [row["measured"] for row in reported_rows(report)] == [pytest.approx(81.0), None]
    report["encodings"]["wordpieces"]["features"] = None
    assert training_seconds(report, "distilbert_freeze") == 0.5


def test_the_memory_of_a_gpu_has_a_column_where_one_trained():
    report = sample()
    assert "GPU memory (MB)" not in cost_table.efficiency(report).headers
    report["models"]["bilstm_attention"]["memory_mb"]["device"] = 1234.0
    table = cost_table.efficiency(report)
    place = table.headers.index("GPU memory (MB)")
    assert {row[0]: row[place] for row in table.rows}["BiLSTM + attention"] == "1,234"
    assert all(len(row) == len(table.headers) == len(table.alignment) for row in table.rows)


def test_energy_has_a_column_where_it_was_counted_and_the_caption_has_that_of_the_encoders_pass():
    report = sample()
    assert "Energy (Wh)" not in cost_table.efficiency(report).headers
    report["models"]["bilstm_attention"]["energy_joules"] = {"processor": 3600.0, "gpu": 7200.0}
    report["encodings"]["wordpieces"]["features"]["energy_joules"] = {"processor": 1800.0}
    table = cost_table.efficiency(report)
    place = table.headers.index("Energy (Wh)")
    assert {row[0]: row[place] for row in table.rows}["BiLSTM + attention"] == "3"
    assert {row[0]: row[place] for row in table.rows}["TF-IDF + naive Bayes"] == "—"
    assert "pass over all documents: 1 min 20 s and 0.5 Wh." in table.caption
    assert "includes all other work on them" in table.caption


def two_encoders(*, small: float, large: float, significant: bool = True):
    """Return a report of two encoders, both fully trained; the larger has twice the size and three times the time."""
    report = sample(models={SMALL: ("pretrained", small), LARGE: ("pretrained", large)})
    for name, size in ((SMALL, 1), (LARGE, 2)):
        model = report["models"][name]
        model["settings"] |= {"strategy": "full", "encoding": name}
        restate(model)
        model["encoder"] = {"role": name, "resource": name}
        model["parameters"]["total"] = size * 1000
        model["seconds"]["train"] = 10.0 * (2 * size - 1)
        model["inference"]["latency_ms_median"] = 5.0 * size
        model["title"] = name
    report["pairs"] = [pair(LARGE, SMALL, large - small, significant=significant)]
    return report


@pytest.mark.parametrize(("small", "large"), [(0.74, 0.70), (0.70, 0.74)])
def test_the_larger_encoder_is_better_only_by_paired_test(small, large):
    text = kinds(two_encoders(small=small, large=large))["encoders"]["text"]
    assert f"{LARGE} takes 2.00 times the parameters, 3.00 times the training time and 2.00 times the latency" in text
    better, worse = (LARGE, SMALL) if large > small else (SMALL, LARGE)
    assert f"{better} is more accurate on test than {worse}, by 4.0 points" in text
    assert f"{SMALL} has {100 * small / large:.1f} % of the test accuracy of {LARGE}" in text
    text = kinds(two_encoders(small=small, large=large, significant=False))["encoders"]["text"]
    assert "more accurate" not in text and f"no difference between {SMALL} and {LARGE} is shown on test" in text


def test_one_encoder_in_two_roles_is_not_compared_with_itself():
    report = two_encoders(small=0.7, large=0.74)
    for model in report["models"].values():
        model["encoder"]["resource"] = "packaged-encoder"
    assert "encoders" not in kinds(report)


def test_other_differences_between_two_encoders_are_named():
    report = two_encoders(small=0.7, large=0.74)
    assert "also differ" not in kinds(report)["encoders"]["text"]
    report["models"][LARGE]["settings"]["head"] = "linear"
    assert kinds(report)["encoders"]["text"].endswith("The two models also differ in head.")


def test_every_ratio_is_a_quotient_of_two_costs():
    report = two_encoders(small=0.7, large=0.74)
    report["models"][LARGE]["inference"]["latency_ms_median"] = 4.0
    found = kinds(report)["encoders"]
    assert found["evidence"]["ratios"] == {"parameters": 2.0, "training_time": 3.0, "latency": 0.8}
    assert "0.80 times the latency" in found["text"]
