"""Costs: the cheapest models have the lowest values, ties are told, and no encoder is above another without a test."""

import pytest
from sample import inference, joined, measured, pair, restate, sample, training_time

from textstudy.report.language.costs import COSTS, cheapest, training_memory, training_seconds
from textstudy.report.sections.checklist.items import CHECKLIST
from textstudy.report.sections.efficiency import findings as costs
from textstudy.report.sections.efficiency import tables as cost_table
from textstudy.report.sections.reported.rows import reported_rows

SMALL, LARGE = "distilbert_full", "bert_full"
MODELS = ("linear_nb", "bilstm_attention", "distilbert_freeze")


def of_kind(report, kind):
    """Return the findings of a kind."""
    return [item for item in costs.findings(report) if item["kind"] == kind]


def lowest(report):
    """Return cost → the finding on the models with the lowest."""
    return {item["evidence"]["cost"]: item for item in of_kind(report, "cheapest")}


def set_cost(report, name, cost, value):
    """Let a model have a cost, whatever it was."""
    model = report["models"][name]
    if cost == "training_time":
        model["seconds"] = training_time(value)
    elif cost == "latency":
        model["inference"] = inference(value)
    elif cost == "parameters":
        model["parameters"]["total"] = value
    else:
        model["memory_mb"]["peak"] = value


@pytest.mark.parametrize("cost", COSTS)
def test_the_cheapest_is_the_one_with_the_lowest_figure(cost):
    for name in MODELS:  # each in turn
        report = sample()
        report["encodings"]["wordpieces"]["features"] = None  # its pass would count as a cost
        for place, other in enumerate(MODELS):
            set_cost(report, other, cost, 1000 * (2 + place))
        set_cost(report, name, cost, 10)
        found = lowest(report)[cost]
        assert found["evidence"]["models"] == [name]
        title = report["models"][name]["title"]
        assert found["text"].strip("“").startswith(title) and costs.CHEAPEST[cost].does in found["text"]


def test_models_of_the_same_cost_are_all_the_cheapest():
    report = sample()
    for name in ("linear_nb", "bilstm_attention"):
        report["models"][name]["parameters"]["total"] = 1_000
    found = lowest(report)["parameters"]
    assert found["evidence"]["models"] == ["bilstm_attention", "linear_nb"]
    assert found["text"] == "BiLSTM + attention and TF-IDF + naive Bayes have the fewest parameters."
    assert "1,000" in found["details"]


def test_models_whose_rounds_overlap_are_tied_and_ordered_by_size():
    """Two linear models with the same arithmetic were ranked by a difference that the next run reversed."""
    report = sample()
    for name, milliseconds, size in zip(MODELS, (0.213, 0.207, 0.5), (3_000, 9_000, 1_000), strict=True):
        set_cost(report, name, "latency", milliseconds)
        set_cost(report, name, "parameters", size)
    first, second, third = MODELS
    assert cheapest(report, MODELS) == [first, second], "the second was quicker, but not measurably, and is larger"
    assert cheapest(report, [second, third]) == [second] and cheapest(report, []) == []
    text = lowest(report)["latency"]["text"]
    assert text.endswith("classify a document fastest, with no measurable difference between them.")
    report["models"][second]["inference"] = inference(0.207, spread=0.001)
    report["models"][first]["inference"] = inference(0.213, spread=0.001)
    assert cheapest(report, MODELS) == [second]


def test_a_training_that_waited_for_other_programs_is_not_slower_for_that():
    """On a busy machine, 0.22 s of work took 1.4 s."""
    report = sample()
    report["encodings"]["wordpieces"]["features"] = None
    quick, waited, _ = MODELS
    report["models"][quick]["seconds"] = training_time(0.39) | {"cpu": 0.16}
    report["models"][waited]["seconds"] = training_time(1.4) | {"cpu": 0.22}
    assert lowest(report)["training_time"]["evidence"]["models"] == sorted([quick, waited])
    report["models"][waited]["devices"] = [{"device": "cuda", "precision": "float32"}]
    assert lowest(report)["training_time"]["evidence"]["models"] == [quick], "the processor waits for the GPU"


def test_a_prediction_that_was_interrupted_is_not_slower_for_that():
    """On a busy machine, 17 ms of work took 62 ms, and short predictions hardly suffered."""
    report = sample()
    for name, milliseconds in zip(MODELS, (62.0, 20.0, 70.0), strict=True):
        report["models"][name]["inference"] = inference(milliseconds)
    assert cheapest(report, MODELS) == [MODELS[1]]
    report["models"][MODELS[0]]["inference"]["cpu_ms"] = 17.0
    assert sorted(cheapest(report, MODELS)) == sorted(MODELS[:2])
    report["models"][MODELS[0]]["inference"]["device"] = "cuda"
    assert cheapest(report, MODELS) == [MODELS[1]], "the processor waits for the GPU"


def test_models_that_all_cost_the_same_are_not_ranked():
    report = sample()
    for name in MODELS:
        set_cost(report, name, "latency", 2.0)
    assert lowest(report)["latency"]["text"] == "The models do not differ measurably in time to classify a document."


def test_a_gpu_that_was_not_used_is_said_where_the_costs_are_and_in_the_checklist():
    report, reason = sample(), "there is a GPU (GPU-1), but PyTorch is built for CPUs only"
    assert "GPU was not used" not in cost_table.training_costs(report).caption
    for name in MODELS[:2]:  # said once
        report["models"][name]["devices"][0]["unused_gpu"] = reason
    assert cost_table.training_costs(report).caption.endswith(f" A GPU was not used: {reason}.")
    machines = next(item for items in CHECKLIST.values() for item in items if item.question == "On which machines?")
    assert machines.answer(report).count(f" A GPU was not used: {reason}.") == 1


def test_a_busy_machine_is_said_and_a_quiet_one_is_not():
    report = sample()
    assert of_kind(report, "busy") == []
    report["costs"] = measured(other_cores=1.3, load=3.2)
    (found,) = of_kind(report, "busy")
    assert found["text"] == "The times to classify were measured while the machine was busy: load 3.2 on 2 cores."
    assert "Other programs used 1.3 of the 2 cores" in found["details"]
    report["costs"]["load_during"] = None
    assert of_kind(report, "busy")[0]["text"].endswith("while the machine was busy, on 2 cores.")


def test_a_refit_is_never_the_cheapest():
    report = joined()
    set_cost(report, "linear_nb_refit", "latency", 0.001)
    assert "linear_nb_refit" not in lowest(report)["latency"]["evidence"]["models"]


def test_the_memory_of_an_ensemble_is_the_highest_of_its_members():
    report = joined()
    report["models"]["product"]["memory_mb"]["peak"] = 100.0
    report["models"]["bilstm_attention"]["memory_mb"]["peak"] = 4321.0
    assert training_memory(report, "product") == 4321.0


def test_the_training_time_on_cached_states_includes_the_pass_of_the_encoder():
    """The head learns in seconds, but the pass of the encoder takes 80.5 s: such a model is not the fastest."""
    report = sample()
    frozen, linear = (report["models"][name] for name in ("distilbert_freeze", "linear_nb"))
    frozen["seconds"], linear["seconds"] = training_time(0.5), training_time(40.0)
    report["reported"]["models"] = {"distilbert_freeze": {"train_seconds": 292, "epoch_seconds": 60}}
    assert training_seconds(report, "distilbert_freeze") == pytest.approx(81.0)
    assert "distilbert_freeze" not in lowest(report)["training_time"]["evidence"]["models"]
    assert [row["measured"] for row in reported_rows(report)] == [pytest.approx(81.0), None]
    report["encodings"]["wordpieces"]["features"] = None
    assert training_seconds(report, "distilbert_freeze") == 0.5


def test_the_memory_of_a_gpu_has_a_column_where_one_trained():
    report = sample()
    assert "GPU memory (MB)" not in cost_table.training_costs(report).headers
    report["models"]["bilstm_attention"]["memory_mb"]["device"] = 1234.0
    table = cost_table.training_costs(report)
    place = table.headers.index("GPU memory (MB)")
    assert {row[0]: row[place] for row in table.rows}["BiLSTM + attention"] == "1,234"
    assert all(len(row) == len(table.headers) == len(table.alignment) for row in table.rows)


def test_energy_has_a_column_where_it_was_counted_and_the_caption_has_that_of_the_encoders_pass():
    report = sample()
    assert "Energy (Wh)" not in cost_table.training_costs(report).headers
    report["models"]["bilstm_attention"]["energy_joules"] = {"processor": 3600.0, "gpu": 7200.0}
    report["encodings"]["wordpieces"]["features"]["energy_joules"] = {"processor": 1800.0}
    table = cost_table.training_costs(report)
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
        model["seconds"] = training_time(10.0 * (2 * size - 1))
        model["inference"] = inference(5.0 * size)
        model["title"] = name
    report["pairs"] = [pair(LARGE, SMALL, large - small, significant=significant)]
    return report


@pytest.mark.parametrize(("small", "large"), [(0.74, 0.70), (0.70, 0.74)])
def test_the_larger_encoder_is_better_only_by_paired_test(small, large):
    (found,) = of_kind(two_encoders(small=small, large=large), "encoders")
    assert found["text"] == (
        f"{LARGE} takes about 2 times the parameters, between 2 and 5 times the training time and between 1.8 and 2.3 "
        f"times the time to classify of {SMALL}."
    )
    better, worse = (LARGE, SMALL) if large > small else (SMALL, LARGE)
    assert f"{better} is more accurate on test than {worse}, by 4.0 points" in found["details"]
    assert f"{SMALL} has {100 * small / large:.1f} % of the test accuracy of {LARGE}" in found["details"]
    (found,) = of_kind(two_encoders(small=small, large=large, significant=False), "encoders")
    assert "more accurate" not in found["details"]
    assert f"no difference between {SMALL} and {LARGE} is shown on test" in found["details"]


def test_one_encoder_in_two_roles_is_not_compared_with_itself():
    report = two_encoders(small=0.7, large=0.74)
    for model in report["models"].values():
        model["encoder"]["resource"] = "packaged-encoder"
    assert of_kind(report, "encoders") == []


def test_other_differences_between_two_encoders_are_named():
    report = two_encoders(small=0.7, large=0.74)
    assert "also differ" not in of_kind(report, "encoders")[0]["details"]
    report["models"][LARGE]["settings"]["head"] = "linear"
    assert of_kind(report, "encoders")[0]["details"].endswith("The two models also differ in head.")


def test_every_ratio_is_a_quotient_of_two_costs():
    report = two_encoders(small=0.7, large=0.74)
    report["models"][LARGE]["inference"] = inference(4.0)
    (found,) = of_kind(report, "encoders")
    assert found["evidence"]["ratios"] == {"parameters": 2.0, "training_time": 3.0, "latency": 0.8}
    assert "between 0.7 and 0.9 times the time to classify" in found["text"]
    report["models"][LARGE]["inference"] = inference(5.1)
    assert "measurably no more or less of the time to classify" in of_kind(report, "encoders")[0]["text"]


def test_the_table_of_predictions_has_ranges_and_says_how_it_was_measured():
    report = sample()
    report["models"]["linear_nb"]["inference"] = inference(0.2, spread=0.1)
    table = cost_table.prediction_costs(report)
    cells = dict(zip(table.headers, next(row for row in table.rows if "naive" in row[0]), strict=True))
    assert cells["Median (ms)"] == "0.2 [0.18, 0.22]" and cells["Processors (ms)"] == "0.2"
    assert cells["Documents/s"] == "15,000 [13,500, 16,500]" and cells["Memory (MB)"] == "97.5"
    assert "median of 5 rounds" in table.caption and "one of 40 documents" in table.caption
    assert "GPU memory (MB)" not in table.headers and "sums over its members" not in table.caption
    assert "sums over its members" in cost_table.prediction_costs(joined()).caption
