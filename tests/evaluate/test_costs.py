"""What predictions cost: rounds in processes of their own, ties, memory, and a busy machine."""

import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from sample import sample

from small_runs import trained_run
from textstudy.errors import StudyError
from textstudy.evaluate import costs, efficiency
from textstudy.evaluate.costs import measure_costs
from textstudy.evaluate.own_process import call_alone
from textstudy.machine.others import OtherPrograms
from textstudy.report.collect.costs import joined_costs, prediction_costs
from textstudy.report.language.costs import cheapest, cost_range, tied
from textstudy.settings.models.linear import LinearModel

TEXTS = [f"a message about cars and engines, number {number}" for number in range(60)]
ROUND = {"latency_ms": [2.0, 4.0], "latency_ms_p95": [3.0, 5.0], "cpu_ms": [1.0, 1.0], "memory_mb": [50.0, 60.0],
         "documents_per_second": [100.0, 50.0], "device": "cpu", "device_memory_mb": None, "seed": 1}  # fmt: skip


@pytest.fixture
def run(frame, tmp_path):
    """A trained linear model."""
    model = LinearModel(architecture="linear", minimum_document_frequency=1)
    return trained_run(model, frame.assign(cluster=frame["id"]), tmp_path, None)


@pytest.fixture
def quick(monkeypatch):
    """Rounds of a few milliseconds."""
    monkeypatch.setattr(efficiency, "MINIMUM_SECONDS", 0.01)


def reported(found, names):
    """Return a report whose models have measured costs."""
    report = sample(models=dict.fromkeys(names, ("linear", 0.7)))
    for name in names:
        report["models"][name]["inference"] = prediction_costs(found, name)
    return report


def test_two_models_with_the_same_arithmetic_are_tied(run):
    """Both names are the same run. One time in 126 the rounds do not overlap, so there is a second attempt."""
    for _ in range(2):
        found = measure_costs({"one": run, "two": run}, TEXTS)
        report = reported(found, ["one", "two"])
        if tied(*(cost_range(report, name, "latency") for name in ("one", "two"))):
            break
    assert sorted(cheapest(report, ["one", "two"])) == ["one", "two"]
    assert found["models"]["one"]["memory_mb"][0] < 50, "the libraries do not count"
    assert len(found["load_during"]) == len(found["other_cores"]) == found["rounds"] == costs.ROUNDS


def test_models_of_the_same_cost_are_told_apart_in_one_of_126_studies():
    generator, studies = random.Random(0), 20_000
    rounds = [[[generator.random() for _ in range(costs.ROUNDS)] for _ in "ab"] for _ in range(studies)]
    apart = sum(max(a) < min(b) or max(b) < min(a) for a, b in rounds)
    assert apart / studies == pytest.approx(1 / 126, rel=0.2)


def test_every_round_goes_over_all_models_in_turn_from_either_end(run, quick, monkeypatch):
    called = []
    monkeypatch.setattr(costs, "call_alone", lambda work, name: called.append(name) or call_alone(work, name))
    measure_costs(dict.fromkeys("abc", run), TEXTS)
    assert "".join(called) == "abccbaabccbaabc"


def test_memory_is_that_of_the_model_above_what_was_imported(run, quick, monkeypatch):
    def load(_):
        weights = np.ones(6_000_000)  # 48 MB
        return lambda texts: weights[: len(texts)]

    monkeypatch.setattr(costs, "load_predictor", load)
    found = measure_costs({"big": run}, TEXTS)["models"]["big"]
    assert all(45 < megabytes < 65 for megabytes in found["memory_mb"])


def test_a_model_that_is_killed_is_named(run, quick, monkeypatch):
    monkeypatch.setattr(costs, "load_predictor", lambda _: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(StudyError, match="the process that predicts with greedy was killed.*free memory"):
        measure_costs({"greedy": run}, TEXTS)


def test_an_ensemble_costs_what_its_members_cost_round_by_round():
    """The sum of the lowest rounds would be too low where members are slow in different rounds."""
    other = ROUND | {"latency_ms": [0.5, 0.1], "documents_per_second": [300.0, 300.0], "device": "cuda",
                     "device_memory_mb": [7.0, 8.0]}  # fmt: skip
    found = joined_costs(measured(one=ROUND, two=other), {"one": 1.0, "two": 1.0})
    assert found["latency_ms"] == [2.5, 4.1] and found["memory_mb"] == [100.0, 120.0]
    assert found["documents_per_second"] == pytest.approx([75.0, 300 / 7])  # 10 ms and 3.33 ms a document
    assert found["device"] == "cpu and cuda" and found["device_memory_mb"] == [7.0, 8.0]
    shared = measured(one=ROUND, two=ROUND | {"memory_mb": [None, None]})
    assert joined_costs(shared, {"one": 1.0, "two": 1.0})["memory_mb"] == [None, None]


def measured(**models):
    return {"models": models, "threads": 1, "documents": 40}


@pytest.mark.parametrize(("share", "tail"), [(0.2, [33.0, 35.0]), (0.05, [3.0, 5.0]), (0.0, [3.0, 5.0])])
def test_a_cascade_costs_its_members_as_often_as_it_asks_them(share, tail):
    strong = ROUND | {"latency_ms": [20.0, 20.0], "latency_ms_p95": [30.0, 30.0], "cpu_ms": [10.0, 10.0],
                      "documents_per_second": [50.0, 50.0], "memory_mb": [500.0, 400.0]}  # fmt: skip
    costs = measured(cheap=ROUND, strong=strong)
    found = joined_costs(costs, {"cheap": 1.0, "strong": share})
    assert found["latency_ms"] == pytest.approx([2.0 + 20 * share, 4.0 + 20 * share])
    assert found["latency_ms_p95"] == tail and found["cpu_ms"] == pytest.approx([1 + 10 * share] * 2)
    assert found["documents_per_second"][0] == pytest.approx(1 / (0.01 + 0.02 * share))
    assert found["memory_mb"] == [550.0, 460.0], "both are loaded, however rarely one is asked"
    assert prediction_costs(costs, "all", {"cheap": 1.0, "strong": share})["latency_ms_median"] == 3 + 20 * share


def test_the_same_documents_are_taken_evenly_and_predicted_alone_and_together(quick):
    chosen = efficiency.choose_texts([str(number) for number in range(1000)])
    assert (len(chosen), chosen[0], chosen[-1]) == (efficiency.BATCH_DOCUMENTS, "0", "999")
    sizes = []
    efficiency.measure(lambda texts: sizes.append(len(texts)) or time.sleep(0.001), chosen)
    assert sizes.count(100) == 1 and sizes.count(1) >= efficiency.SINGLE_DOCUMENTS + efficiency.WARM_UP
    assert efficiency.choose_texts(["one"]) == ["one"]
    waiting = efficiency.measure(lambda texts: time.sleep(0.002), ["one"])
    assert waiting["latency_ms"] >= 2 and waiting["cpu_ms"] < 1, "waiting takes time and no processor"


def test_what_other_programs_use_is_told_apart_from_our_own_work():
    others = OtherPrograms()
    other = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        time.sleep(1.0)
        used = others.lap()
    finally:
        other.kill()
        other.wait()
    assert used > 0.2
    end = time.process_time() + 0.5
    before, start = time.process_time(), time.perf_counter()
    while time.process_time() < end:
        pass
    share = (time.process_time() - before) / (time.perf_counter() - start)
    assert others.lap() <= (os.cpu_count() or 1) - share + 0.2, "our own work is not that of others"
