"""The summary of a study's robustness: its figures by plain loops, its ranking, and what does not change it."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from robustness.made_up import COLUMNS, samples, scores, settings
from textstudy.errors import StudyError
from textstudy.robustness.design import groups_of
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
    table = samples(20, options)
    wrong = {(f"d{number:05}", "none", 0.0, 0) for number in range(5)}
    wrong |= {(f"d{number:05}", "insertion", 0.4, 0) for number in range(10)}
    right = np.array([row not in wrong for row in table[COLUMNS].itertuples(index=False, name=None)])
    strong = (table["share"] == 0.4).to_numpy()
    run = scores(table, right, tokens=np.where(strong, 15, 10), unknown=np.where(strong, 6, 1))
    found = summarize({"only": {7: run}}, table, settings=options)
    assert found["documents"] == 20 and found["sentence"] is None and found["settings"] == options
    assert found["chance"] == 0.5 and found["groups"] is None and found["pairs"] == []
    assert found["samples"][1] == {
        "perturbation": "deletion", "share": 0.4, "texts": 20, "edited": 20, "words_changed": pytest.approx(0.4),
        "measured": True, "averaged": True,
    }  # fmt: skip
    model = found["models"]["only"]
    assert model["clean"]["accuracy"]["mean"] == 0.75 and model["runs"] == 1
    rows = {(row["perturbation"], row["share"]): row for row in model["perturbed"]}
    assert [rows[key]["accuracy"]["mean"] for key in rows] == [1, 1, 1, 0.5]
    assert [rows[key]["drop"]["mean"] for key in rows] == [-0.25, -0.25, -0.25, 0.25]
    assert [rows[key]["flip_rate"] for key in rows] == [0.25] * 4
    strongest = rows["insertion", 0.4]
    assert strongest["tokens_added"] == pytest.approx(0.5)
    assert strongest["unknown_added"] == pytest.approx(6 / 15 - 1 / 10)
    assert strongest["confidence"] == pytest.approx(0.8)
    assert strongest["calibration_error"] == pytest.approx(0.8 - 0.5)
    assert model["worst"] == {"perturbation": "insertion", "share": 0.4, "drop": strongest["drop"]}
    assert model["overall"]["accuracy"]["mean"] == pytest.approx(0.875)
    assert model["overall"]["drop"]["mean"] == pytest.approx(-0.125)
    # Above chance (0.5), the clean texts have 0.25, the perturbed ones 0.375.
    assert model["kept"]["mean"] == pytest.approx(0.375 / 0.25)
    assert strongest["kept"]["mean"] == pytest.approx(0)


@pytest.fixture
def partly():
    """Two models with three and with one run; one perturbation edits all texts, one a third, one two of 90."""
    options = settings(kinds=["deletion", "insertion", "contract"], shares=[0.1, 0.4])
    table = samples(90, options)
    number = table["id"].str[1:].astype(int)
    untouched = ((table["perturbation"] == "insertion") & (number % 3 > 0)) | (
        (table["perturbation"] == "contract") & (number > 1)
    )
    table["edits"] = [[] if spared else edits for spared, edits in zip(untouched, table["edits"], strict=True)]
    chances = {key: 0.9 - key[1] for key in zip(table["perturbation"], table["share"], strict=True)}
    runs = {
        "three": {seed: scores(table, right_by(table, chances, seed)) for seed in (1, 2, 3)},
        "one": {1: scores(table, right_by(table, chances, 9))},
    }
    return runs, table, options


def test_perturbations_that_edit_too_few_texts_are_not_averaged_or_not_measured(partly):
    runs, table, options = partly
    found = summarize(runs, table, settings=options)
    states = {row["perturbation"]: (row["edited"], row["measured"], row["averaged"]) for row in found["samples"]}
    assert states == {
        "deletion": (180, True, True), "insertion": (60, True, False), "contract": (4, False, False)
    }  # fmt: skip
    for model in found["models"].values():
        assert {row["perturbation"] for row in model["perturbed"]} == {"deletion", "insertion"}
        deleted = [row["accuracy"]["mean"] for row in model["perturbed"] if row["perturbation"] == "deletion"]
        assert model["overall"]["accuracy"]["mean"] == pytest.approx(np.mean(deleted))


def test_an_edit_that_touches_nothing_lifts_no_average(partly):
    """The unedited copies of `contract` are as right as the clean texts: averaged over, they made a model robust."""
    runs, table, options = partly
    fewer = settings(kinds=["deletion"], shares=[0.1, 0.4])
    rest = table["perturbation"].isin(["none", "deletion"])
    alone = {model: {seed: run[rest.to_numpy()] for seed, run in seeds.items()} for model, seeds in runs.items()}
    whole, part = summarize(runs, table, options), summarize(alone, table[rest], fewer)
    for model in runs:
        assert whole["models"][model]["kept"]["mean"] == pytest.approx(part["models"][model]["kept"]["mean"])


def plain(run, table, options):
    """Every figure of a run by loops over its rows."""
    right, edited, before, flips = {}, {}, {}, {}
    clean = {row.id: row for row in run.itertuples() if row.perturbation == "none"}
    for row, sample in zip(run.itertuples(), table.itertuples(), strict=True):
        key = row.perturbation, row.share
        if len(sample.edits):
            edited[key] = edited.get(key, 0) + 1
            right[key] = right.get(key, 0) + (row.predicted == row.label)
            before[key] = before.get(key, 0) + (clean[row.id].predicted == row.label)
            flips[key] = flips.get(key, 0) + (clean[row.id].predicted != row.predicted)
    accuracy = sum(row.predicted == row.label for row in clean.values()) / len(clean)
    averaged = [key for key in edited if edited[key] >= 0.5 * len(clean) * options["variants"]]
    mean_right = sum(right[key] / edited[key] for key in averaged) / len(averaged)
    mean_before = sum(before[key] / edited[key] for key in averaged) / len(averaged)
    shares = {key: (right[key] / edited[key], before[key] / edited[key], flips[key] / edited[key]) for key in edited}
    return accuracy, shares, mean_right, mean_before


def test_every_figure_is_that_of_plain_loops(partly):
    runs, table, options = partly
    found = summarize(runs, table, settings=options)
    chance = table[table["perturbation"] == "none"]["label"].value_counts().max() / 90
    kept = {}
    for model, seeds in runs.items():
        by_run = [plain(run, table, options) for run in seeds.values()]
        figures = found["models"][model]
        assert figures["clean"]["accuracy"]["mean"] == pytest.approx(np.mean([one[0] for one in by_run]))
        for row in figures["perturbed"]:
            key = row["perturbation"], row["share"]
            right, before, flips = np.mean([one[1][key] for one in by_run], axis=0)
            assert row["accuracy"]["mean"] == pytest.approx(right) and row["clean"]["mean"] == pytest.approx(before)
            assert row["drop"]["mean"] == pytest.approx(before - right) and row["flip_rate"] == pytest.approx(flips)
        kept[model] = np.mean([(right - chance) / (before - chance) for *_, right, before in by_run])
        assert figures["kept"]["mean"] == pytest.approx(kept[model])
        assert figures["overall"]["clean"]["mean"] == pytest.approx(np.mean([one[3] for one in by_run]))
    (pair,) = found["pairs"]
    assert pair["kept"]["mean"] == pytest.approx(kept["one"] - kept["three"])


def test_the_interval_of_a_share_kept_is_that_of_plain_leaving_out(partly):
    """One run: documents are left out one by one, and their pseudo-values have Student's t."""
    runs, table, options = partly
    run = runs["one"][1]
    chance = table[table["perturbation"] == "none"]["label"].value_counts().max() / 90

    def share(left_out):
        keep = (table["id"] != left_out).to_numpy()
        _, _, right, before = plain(run[keep], table[keep], options)
        return (right - chance) / (before - chance)

    whole = share(None)
    values = np.array([90 * whole - 89 * share(name) for name in sorted(set(table["id"]))])
    half = student.ppf(0.975, 89) * values.std(ddof=1) / np.sqrt(90)
    found = summarize(runs, table, settings=options)["models"]["one"]["kept"]
    assert (found["low"], found["high"]) == pytest.approx((whole - half, whole + half))


def test_documents_of_a_group_are_left_out_together(partly):
    runs, table, options = partly
    names = table["id"].unique()
    found = summarize(runs, table, options, {name: f"group {number // 3}" for number, name in enumerate(names)})
    alone = summarize(runs, table, options, {name: name for name in names})
    assert found["groups"] == 30 and alone["groups"] == 90
    first, second = (each["models"]["one"]["kept"] for each in (found, alone))
    assert first["mean"] == pytest.approx(second["mean"]) and first["low"] != pytest.approx(second["low"])
    assert alone["models"] == summarize(runs, table, options)["models"]


def test_trainings_that_differ_widen_an_interval(study):
    runs, table, options = study
    alike = summarize(runs, table, options)["models"]["robust"]
    worse = {key: 0.85 - 0.4 * (key[1] > 0) for key in zip(table["perturbation"], table["share"], strict=True)}
    apart = {"robust": {**runs["robust"], 2: scores(table, right_by(table, worse, 2))}}
    differing = summarize(apart, table, options)["models"]["robust"]
    widths = [model["kept"]["high"] - model["kept"]["low"] for model in (alike, differing)]
    assert widths[1] > 3 * widths[0]


def test_groups_are_those_of_the_kind_with_the_fewest_groups():
    split = pd.DataFrame({"id": list("abcd"), "group_author": ["x", "y", "z", ""], "group_thread": ["t", "t", "", ""]})
    assert groups_of(split) == {"a": "t", "b": "t", "c": "document c", "d": "document d"}
    assert groups_of(split[["id"]]) is None


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
    assert pair["kept"]["mean"] == pytest.approx(
        found["models"]["brittle"]["kept"]["mean"] - found["models"]["robust"]["kept"]["mean"]
    )
    for figure in ("accuracy", "drop"):
        assert pair[figure]["mean"] == pytest.approx(one[figure]["mean"] - other[figure]["mean"])
        widths = [estimate["high"] - estimate["low"] for estimate in (pair[figure], one[figure], other[figure])]
        assert widths[0] < widths[1] + widths[2]
    twins = summarize({"a": runs["brittle"], "b": runs["brittle"]}, table, settings=options)["pairs"][0]
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
    table = samples(16, options)
    runs = {
        "hopeless": {1: scores(table, (table["share"] > 0).to_numpy())},
        "fine": {1: scores(table, np.ones(len(table), bool))},
    }
    found = summarize(runs, table, settings=options)
    assert found["models"]["hopeless"]["kept"] is None
    assert [row["model"] for row in found["ranking"]] == ["fine", "hopeless"]
    json.dumps(found, allow_nan=False)


def test_a_model_that_guesses_keeps_nothing_that_could_be_measured():
    options = settings()
    table = samples(200, options)
    guessing = scores(table, np.random.default_rng(1).random(len(table)) < 0.5)
    found = summarize({"guessing": {1: guessing}}, table, settings=options)
    assert found["models"]["guessing"]["kept"] is None and found["models"]["guessing"]["overall"] is not None


def test_two_trainings_that_differ_are_not_called_guessing():
    options = settings()
    table = samples(200, options)
    accuracies = {key: 0.8 for key in zip(table["perturbation"], table["share"], strict=True)}
    better = {key: 0.9 for key in accuracies}
    runs = {seed: scores(table, right_by(table, each, seed)) for seed, each in ((1, accuracies), (2, better))}
    found = summarize({"two": runs}, table, settings=options)["models"]["two"]
    assert found["clean"]["accuracy"]["low"] < 0.5, "two trainings say little of others"
    assert found["kept"] is not None


def interval(value: float, half: float) -> dict:
    return {"mean": value, "low": value - half, "high": value + half}


def pair(first: str, second: str, value: float, half: float) -> dict:
    return {"first": first, "second": second, "kept": interval(value, half)}


def test_a_rank_is_lost_only_to_models_that_are_shown_to_keep_more():
    kept = {"c": interval(0.7, 0.01), "a": interval(0.9, 0.2), "b": interval(0.87, 0.2), "d": None}
    pairs = [pair("a", "b", 0.03, 0.02), pair("a", "c", 0.2, 0.3), pair("b", "c", 0.17, 0.1)]
    found = ranking(kept, [*pairs, {"first": "a", "second": "d", "kept": None}])
    assert [(row["model"], row["rank"], row["ties"]) for row in found] == [
        ("a", 1, ["c"]),
        ("b", 2, []),
        ("c", 2, ["a"]),
        ("d", 4, []),
    ]
    assert found[-1]["kept"] is None
