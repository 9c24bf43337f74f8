"""What accuracy costs: the cheapest have the lowest figures, and no encoder is put above another untested."""

import re

import pytest
from sample import joined, pair, restate, sample

from textstudy.report.language.costs import COSTS, training_memory, training_seconds
from textstudy.report.sections.efficiency import findings as costs
from textstudy.report.sections.efficiency import tables as cost_table
from textstudy.report.sections.reported.rows import reported_rows

SMALL, LARGE = "distilbert_full", "bert_full"


def kinds(report):
    return {item["kind"]: item for item in costs.findings(report)}


@pytest.mark.parametrize("cost", COSTS)
def test_the_cheapest_is_the_one_with_the_lowest_figure(cost):
    report = sample()
    places = {"training_time": ("seconds", "train"), "latency": ("inference", "latency_ms_median"),
              "parameters": ("parameters", "total"), "memory": ("memory_mb", "peak")}  # fmt: skip
    group, key = places[cost]
    report["encodings"]["wordpieces"]["features"] = None  # a pass that whoever reads it pays for
    for name in report["models"]:  # each in turn
        before = report["models"][name][group][key]
        report["models"][name][group][key] = 0.5
        found = kinds(report)["cheapest"]
        assert found["evidence"][cost]["models"] == [name]
        before_it = found["text"].partition(costs.CHEAPEST[cost][0])[0]
        titles = [model["title"] for model in report["models"].values()]
        assert max(titles, key=before_it.rfind) == report["models"][name]["title"]  # the last one named before
        report["models"][name][group][key] = before


def test_of_two_that_cost_the_same_none_is_called_the_cheapest_alone():
    report = sample()
    for name in ("linear_nb", "bilstm_attention"):
        report["models"][name]["parameters"]["total"] = 1_000
    text = kinds(report)["cheapest"]["text"]
    assert kinds(report)["cheapest"]["evidence"]["parameters"]["models"] == ["linear_nb", "bilstm_attention"]
    assert "each of TF-IDF + naive Bayes, " in text and "and BiLSTM + attention, " in text


def test_a_refit_is_never_the_cheapest():
    report = joined()
    report["models"]["linear_nb_refit"]["inference"]["latency_ms_median"] = 0.001
    assert kinds(report)["cheapest"]["evidence"]["latency"]["models"] != ["linear_nb_refit"]


def test_the_memory_of_an_ensemble_is_the_highest_of_its_members():
    report = joined()
    report["models"]["product"]["memory_mb"]["peak"] = 100.0
    report["models"]["bilstm_attention"]["memory_mb"]["peak"] = 4321.0
    assert training_memory(report, "product") == 4321.0
    report["models"]["bilstm_attention"]["memory_mb"]["peak"] = None
    assert training_memory(report, "product") is None


def test_whoever_reads_the_states_of_a_frozen_encoder_pays_for_its_pass():
    """Its head learns in seconds; a sentence that calls it the fastest counts the encoder's pass, 80.5 s, as well."""
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


def test_energy_has_a_column_where_it_was_counted_and_the_pass_of_a_frozen_encoder_is_told():
    report = sample()
    assert "Energy (Wh)" not in cost_table.efficiency(report).headers
    report["models"]["bilstm_attention"]["energy_joules"] = {"processor": 3600.0, "gpu": 7200.0}
    report["encodings"]["wordpieces"]["features"]["energy_joules"] = {"processor": 1800.0}
    table = cost_table.efficiency(report)
    place = table.headers.index("Energy (Wh)")
    assert {row[0]: row[place] for row in table.rows}["BiLSTM + attention"] == "3"
    assert {row[0]: row[place] for row in table.rows}["TF-IDF + naive Bayes"] == "—"
    assert "one pass, 1 min 20 s and 0.5 Wh." in table.caption
    assert "whatever else ran on them" in table.caption


def two_encoders(*, small: float, large: float, significant: bool = True):
    """A report of two encoders, both trained as a whole; the larger has twice the size and takes thrice as long."""
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
    assert f"{better} is more accurate on test than {worse} by 4.0 points" in text
    assert f"{100 * small / large:.1f} % of its test accuracy" in text
    text = kinds(two_encoders(small=small, large=large, significant=False))["encoders"]["text"]
    assert "more accurate" not in text and "no difference could be shown" in text


def test_one_encoder_in_two_roles_is_not_compared_with_itself():
    report = two_encoders(small=0.7, large=0.74)
    for model in report["models"].values():
        model["encoder"]["resource"] = "packaged-encoder"
    assert "encoders" not in kinds(report)


def test_what_else_differs_between_two_encoders_is_said():
    report = two_encoders(small=0.7, large=0.74)
    assert "also differ" not in kinds(report)["encoders"]["text"]
    report["models"][LARGE]["settings"]["head"] = "linear"
    assert kinds(report)["encoders"]["text"].endswith("They also differ in head.")


def test_every_ratio_stated_is_that_of_the_figures():
    report = two_encoders(small=0.7, large=0.74)
    report["models"][LARGE]["inference"] = {}
    found = kinds(report)["encoders"]
    assert set(found["evidence"]["ratios"]) == {"parameters", "training_time"}
    assert len(re.findall(r"\d times", found["text"])) == 2
