"""Scores under other shares of the classes, recomputed by plain loops; and whether another model would be best."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score

from textstudy.evaluate.class_shares import shift_classes

NAMES = ["common", "rare", "scarce"]


def split(sizes=(300, 60, 40), validation=30):
    labels = np.repeat(np.arange(3), sizes)
    frame = pd.DataFrame({"label": [NAMES[label] for label in labels], "split": "test"})
    held = pd.DataFrame({"label": [NAMES[index % 3] for index in range(validation)], "split": "validation"})
    frame = pd.concat([held, frame], ignore_index=True)
    return frame.assign(id=[f"d{index:04}" for index in range(len(frame))], text="a text")


def predictions(frame, recalls, *, validation=1.0, seed=0):
    """PREDICTIONS that are right for these shares of the classes; wrong answers are the next class."""
    generator = np.random.default_rng(seed)
    labels = frame["label"].map({name: place for place, name in enumerate(NAMES)}).to_numpy()
    shares = np.where(frame["split"] == "test", np.array(recalls)[labels], validation)
    predicted = np.where(generator.random(len(frame)) < shares, labels, (labels + 1) % 3)
    table = frame[["id", "split"]].assign(label=labels, predicted=predicted)
    return table.sample(frac=1, random_state=seed)


def scenarios(frame, runs, choices=None):
    found = shift_classes(runs, frame, choices=choices or list(runs))
    return found, {scenario["name"]: scenario for scenario in found["scenarios"]}


def test_scores_against_plain_loops():
    frame = split()
    tables = [predictions(frame, (0.9, 0.6, 0.3), seed=seed) for seed in range(3)]
    found, by_name = scenarios(frame, {"nb": tables})
    assert (found["reference"], found["common"]) == ("nb", "common")
    assert by_name["given"]["shares"] == pytest.approx({"common": 0.75, "rare": 0.15, "scarce": 0.1})
    assert by_name["half"]["shares"] == pytest.approx({"common": 0.375, "rare": 0.375, "scarce": 0.25})
    assert list(by_name) == ["given", "equal", "half"]  # twice the share would leave the others nothing
    for scenario in by_name.values():
        accuracies, f1 = [], []
        for table in tables:
            test = table[table["split"] == "test"]
            weight = {place: scenario["shares"][name] for place, name in enumerate(NAMES)}
            sizes = test["label"].value_counts()
            each = [weight[label] / sizes[label] for label in test["label"]]
            accuracies.append(sum(w for w, a, b in zip(each, test["label"], test["predicted"]) if a == b))  # noqa: B905
            f1.append(f1_score(test["label"], test["predicted"], average="macro", sample_weight=each))
        scores = scenario["models"]["nb"]
        assert scores["accuracy"]["mean"] == pytest.approx(np.mean(accuracies))
        assert scores["macro_f1"]["mean"] == pytest.approx(np.mean(f1))
        given = by_name["given"]["models"]["nb"]["accuracy"]["mean"]
        assert scores["change"]["mean"] == pytest.approx(np.mean(accuracies) - given)
        assert scores["lead"] is None
        for estimate in (scores["accuracy"], scores["macro_f1"], scores["change"]):
            assert estimate["low"] <= estimate["mean"] <= estimate["high"]
    assert by_name["equal"]["models"]["nb"]["change"]["high"] < 0


def test_another_model_may_be_best_where_classes_are_equally_frequent():
    frame = split()
    runs = {"a": [predictions(frame, (0.95, 0.4, 0.4))], "b": [predictions(frame, (0.8, 0.8, 0.8), validation=0.9)]}
    found, by_name = scenarios(frame, runs)
    assert found["reference"] == "a"
    leads = {name: scenario["models"]["b"]["lead"] for name, scenario in by_name.items()}
    assert not leads["given"]["better"] and leads["equal"]["better"] and leads["equal"]["low"] > 0
    shares = by_name["equal"]["shares"]
    test = {name: each[0][each[0]["split"] == "test"].set_index("id") for name, each in runs.items()}
    recall = {
        (name, place): (table["predicted"] == place)[table["label"] == place].mean()
        for name, table in test.items() for place in range(3)
    }  # fmt: skip
    lead = sum(shares[name] * (recall["b", place] - recall["a", place]) for place, name in enumerate(NAMES))
    assert leads["equal"]["mean"] == pytest.approx(lead)


def test_a_model_that_reads_all_classes_alike_does_not_lead():
    frame = split()
    runs = {"a": [predictions(frame, (0.8, 0.8, 0.8))], "b": [predictions(frame, (0.8, 0.8, 0.8), seed=1)]}
    _, by_name = scenarios(frame, runs)
    for scenario in by_name.values():
        assert not any(scores["lead"] and scores["lead"]["better"] for scores in scenario["models"].values())


def test_a_handful_of_documents_of_a_class_prove_nothing():
    frame = split(sizes=(300, 60, 2))
    runs = {"a": [predictions(frame, (0.9, 0.9, 0.0))], "b": [predictions(frame, (0.9, 0.9, 1.0), seed=1)]}
    _, by_name = scenarios(frame, runs, ["a", "b"])
    reference = "b" if by_name["equal"]["models"]["b"]["lead"] is None else "a"
    other = {"a": "b", "b": "a"}[reference]
    assert abs(by_name["equal"]["models"][other]["lead"]["mean"]) > 0.2
    assert not by_name["equal"]["models"][other]["lead"]["better"]


def test_equal_classes_have_no_scenario_of_their_own_and_refits_are_no_reference():
    frame = split(sizes=(50, 50, 50))
    runs = {"z_refit": [predictions(frame, (1, 1, 1))], "a": [predictions(frame, (0.8, 0.7, 0.6), validation=0.5)]}
    found, by_name = scenarios(frame, runs, ["a"])
    assert list(by_name) == ["given", "half", "twice"] and found["reference"] == "a"
    assert by_name["twice"]["shares"] == pytest.approx({"common": 2 / 3, "rare": 1 / 6, "scarce": 1 / 6})
