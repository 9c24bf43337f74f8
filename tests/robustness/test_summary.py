"""The summary of a study's robustness: its figures by hand, its ranking, and what does not change it."""

import json

import numpy as np
import pytest

from robustness.made_up import COLUMNS, samples, scores, settings
from textstudy.errors import StudyError
from textstudy.robustness.summary import ranking, summarize

SENTENCE = {"text": "A fine book.", "label": "a", "share": 0.1, "variants": 10}


def right_by(table, accuracies: dict, seed: int) -> np.ndarray:
    """Right at random, as often as `accuracies` says of each (perturbation, share)."""
    chance = [accuracies[key] for key in zip(table["perturbation"], table["share"], strict=True)]
    return np.random.default_rng(seed).random(len(table)) < chance


@pytest.fixture
def study():
    """400 documents, a robust model with two seeds and a brittle one with one: runs, samples, settings."""
    options = settings(sentence=SENTENCE)
    table = samples(400, options)
    robust = {key: 0.85 for key in zip(table["perturbation"], table["share"], strict=True)}
    brittle = robust | {("none", 0.0): 0.95, ("deletion", 0.4): 0.5, ("insertion", 0.4): 0.6}
    runs = {
        "robust": {seed: scores(table, right_by(table, robust, seed), tokens=12) for seed in (1, 2)},
        "brittle": {1: scores(table, right_by(table, brittle, 3))},
    }
    return runs, table, options


def test_figures_by_hand():
    options = settings(kinds=["deletion", "insertion"], shares=[0.1, 0.4], variants=1)
    table = samples(4, options)
    wrong = {("d00000", "none", 0.0, 0)}
    wrong |= {(f"d0000{number}", "insertion", 0.4, 0) for number in range(3)}
    wrong |= {("d00000", "deletion", 0.4, 0), ("d00001", "deletion", 0.4, 0)}
    right = np.array([row not in wrong for row in table[COLUMNS].itertuples(index=False, name=None)])
    strong = (table["share"] == 0.4).to_numpy()
    run = scores(table, right, tokens=np.where(strong, 15, 10), unknown=np.where(strong, 6, 1))
    found = summarize({"only": {7: run}}, table, settings=options)
    assert found["documents"] == 4 and found["sentence"] is None and found["settings"] == options
    assert found["samples"] == [
        {"perturbation": kind, "share": share, "words_changed": pytest.approx(share), "unchanged": 0.0}
        for kind in ("deletion", "insertion")
        for share in (0.1, 0.4)
    ]
    model = found["models"]["only"]
    assert model["clean"]["accuracy"]["mean"] == 0.75
    rows = {(row["perturbation"], row["share"]): row for row in model["perturbed"]}
    assert [rows[key]["accuracy"]["mean"] for key in rows] == [1, 0.5, 1, 0.25]
    assert [rows[key]["drop"]["mean"] for key in rows] == [-0.25, 0.25, -0.25, 0.5]
    # Small shares mend the one clean mistake. At 0.4 it stays, and one or two of the other documents turn wrong.
    assert [rows[key]["flip_rate"] for key in rows] == [0.25, 0.25, 0.25, 0.5]
    strongest = rows["insertion", 0.4]
    assert strongest["tokens_added"] == pytest.approx(0.5)
    assert strongest["unknown_added"] == pytest.approx(6 / 15 - 1 / 10)
    assert strongest["confidence"] == pytest.approx(0.8)
    assert strongest["calibration_error"] == pytest.approx(0.8 - 0.25)
    assert model["worst"] == {"perturbation": "insertion", "share": 0.4, "drop": strongest["drop"]}
    assert model["overall"]["accuracy"]["mean"] == pytest.approx(0.6875)
    assert model["overall"]["drop"]["mean"] == pytest.approx(0.0625)
    assert model["overall"]["flip_rate"] == pytest.approx(0.3125)
    assert model["relative"]["mean"] == pytest.approx(0.6875 / 0.75)


def test_a_brittle_model_is_found_brittle(study):
    runs, table, options = study
    found = summarize(runs, table, settings=options)
    robust, brittle = found["models"]["robust"], found["models"]["brittle"]
    assert brittle["worst"]["perturbation"] == "deletion"
    assert brittle["worst"]["drop"]["low"] > 0.3
    assert robust["overall"]["drop"]["low"] < 0 < robust["overall"]["drop"]["high"]
    assert [(row["model"], row["rank"], row["ties"]) for row in found["ranking"]] == [
        ("robust", 1, []),
        ("brittle", 2, []),
    ]


def test_two_models_are_compared_on_the_same_draws(study):
    runs, table, options = study
    found = summarize(runs, table, settings=options)
    (pair,) = found["pairs"]
    assert (pair["first"], pair["second"]) == ("brittle", "robust")
    one, other = (found["models"][pair[place]]["overall"] for place in ("first", "second"))
    for figure in ("accuracy", "drop"):
        assert pair[figure]["mean"] == pytest.approx(one[figure]["mean"] - other[figure]["mean"])
        widths = [estimate["high"] - estimate["low"] for estimate in (pair[figure], one[figure], other[figure])]
        assert widths[0] < widths[1] + widths[2]
    twins = summarize({"a": runs["robust"], "b": runs["robust"]}, table, settings=options)["pairs"][0]
    assert twins["accuracy"] == {"mean": 0.0, "low": 0.0, "high": 0.0}


def test_the_published_protocol_keeps_apart(study):
    runs, table, options = study
    sentence = summarize(runs, table, settings=options)["sentence"]
    assert {name: sentence[name] for name in ("label", "share", "variants")} == {
        name: SENTENCE[name] for name in ("label", "share", "variants")
    }
    assert sentence["text"] == table[table["id"] == "sentence"]["text"].iloc[0]
    for model, seeds in runs.items():
        for kind, share in sentence["models"][model]["accuracies"].items():
            by_seed = []
            for run in seeds.values():
                rows = run[(run["id"] == "sentence") & (run["perturbation"] == kind)]
                by_seed.append((rows["predicted"] == rows["label"]).mean())
            assert share == pytest.approx(np.mean(by_seed))
    assert sentence["models"]["robust"]["clean"] in (0, 0.5, 1)
    assert sentence["edited"] == {"deletion": 1.0, "insertion": 1.0}


def test_order_of_rows_models_and_seeds_does_not_matter(study):
    runs, table, options = study
    shuffled = {
        "brittle": {1: runs["brittle"][1].sample(frac=1, random_state=1)},
        "robust": {seed: runs["robust"][seed].sample(frac=1, random_state=seed) for seed in (2, 1)},
    }
    first = summarize(runs, table, settings=options)
    second = summarize(shuffled, table.sample(frac=1, random_state=5), settings=options)
    assert json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)


def test_a_run_on_other_samples_is_named(study):
    runs, table, options = study
    runs["robust"][2] = runs["robust"][2].iloc[:-1]
    with pytest.raises(StudyError, match="robustness.parquet of robust, seed 2,"):
        summarize(runs, table, settings=options)


def test_a_model_that_gets_no_clean_text_right_has_no_relative_robustness():
    options = settings()
    table = samples(6, options)
    runs = {
        "hopeless": {1: scores(table, (table["share"] > 0).to_numpy())},
        "fine": {1: scores(table, np.ones(len(table), bool))},
    }
    found = summarize(runs, table, settings=options)
    assert found["models"]["hopeless"]["relative"] is None
    assert [row["model"] for row in found["ranking"]] == ["fine", "hopeless"]
    json.dumps(found, allow_nan=False)


def interval(value: float, half: float) -> dict:
    return {"mean": value, "low": value - half, "high": value + half}


def test_ranks_are_shared_where_intervals_overlap():
    found = ranking({"c": interval(0.7, 0.01), "a": interval(0.9, 0.02), "b": interval(0.87, 0.02), "d": None})
    assert [(row["model"], row["rank"], row["ties"]) for row in found] == [
        ("a", 1, ["b"]),
        ("b", 1, ["a"]),
        ("c", 3, []),
        ("d", 4, []),
    ]


def test_a_rank_is_lost_only_to_models_that_are_clearly_better():
    # The wide interval in the middle overlaps with both of the others, which do not overlap with each other.
    found = ranking({"low": interval(0.7, 0.05), "wide": interval(0.8, 0.2), "high": interval(0.9, 0.05)})
    assert [(row["model"], row["rank"], row["ties"]) for row in found] == [
        ("high", 1, ["wide"]),
        ("wide", 1, ["high", "low"]),
        ("low", 2, ["wide"]),
    ]
