"""Learning curves over training size, from predictions: intervals that cover a known law, sizes that are left out."""

import numpy as np
import pandas as pd
import pytest

from textstudy.evaluate.growth import grow

SHARES = (0.1, 0.2, 0.4, 0.7)
TESTS = 800


def table(error, seed, *, documents=TESTS):
    """PREDICTIONS with this error, in which the easy documents are right first; half as many of validation."""
    generator = np.random.default_rng(seed)
    difficulty = np.linspace(0, 1, documents) + 0.1 * generator.standard_normal(documents)
    wrong = difficulty > np.quantile(difficulty, 1 - error)
    rows = pd.DataFrame(
        {"id": [f"t{n}" for n in range(documents)], "split": "test", "label": 0, "predicted": wrong * 1}
    )
    rows["probabilities"] = list(np.eye(2, dtype="float32")[rows["predicted"]])
    return pd.concat([rows.assign(split="validation", predicted=1 - rows["predicted"]), rows])


def error_at(share):
    return 0.1 + 0.1 * share**-0.5


def trial(share, seed, **record):
    made = {"documents": int(1000 * share), "of": 1000, "skipped": None, "training": {"seconds": 2.0}}
    return "m", share, table(error_at(share), seed), {**made, **record}


def curve(trials, full=None):
    return grow(trials, {"m": full or [table(error_at(1.0), seed) for seed in (1, 2)]})["m"]


@pytest.fixture(scope="module")
def known():
    return curve([trial(share, seed) for share in SHARES for seed in (1, 2)])


def test_sizes_are_those_measured_on_test(known):
    assert [size["share"] for size in known["sizes"]] == [*SHARES, 1.0]
    assert [size["documents"] for size in known["sizes"]] == [100, 200, 400, 700, 1000]
    for size in known["sizes"]:
        assert size["accuracy"] == pytest.approx(1 - error_at(size["share"]), abs=0.002)
        assert size["low"] < size["accuracy"] < size["high"] and size["runs"] == 2
    assert known["seconds"] == 16.0


def test_a_known_law_is_inside_the_intervals(known):
    for more in known["more"]:
        gain = error_at(1.0) - error_at(more["factor"])
        assert more["gain"]["low"] <= gain <= more["gain"]["high"]
        assert more["gain"]["mean"] == pytest.approx(gain, abs=0.005)
        assert more["documents"] == 1000 * more["factor"]
    assert known["law"]["floor"] == pytest.approx(0.1, abs=0.03)
    assert [point["documents"] for point in known["curve"]] == sorted(point["documents"] for point in known["curve"])
    assert known["curve"][0]["documents"] == pytest.approx(100)
    assert known["curve"][-1]["documents"] == pytest.approx(4000)


def test_runs_that_disagree_make_the_interval_wider():
    def width(spread):
        trials = [
            ("m", share, table(error_at(share) + sign * spread, 1), trial(share, 1)[3])
            for share in SHARES for sign in (1, -1)
        ]  # fmt: skip
        gain = curve(trials)["more"][0]["gain"]
        return gain["high"] - gain["low"]

    assert width(0.02) > 1.3 * width(0.0)


def test_a_share_at_which_a_run_had_nothing_to_learn_is_left_out_with_its_reason():
    trials = [trial(share, seed) for share in SHARES for seed in (1, 2)]
    empty = ("m", 0.1, trials[0][2].iloc[:0], {**trials[0][3], "skipped": "it has no document of x", "training": None})
    found = curve([empty, *trials[1:]])
    assert found["skipped"] == [{"share": 0.1, "reason": "it has no document of x"}]
    assert [size["share"] for size in found["sizes"]] == [0.2, 0.4, 0.7, 1.0] and found["law"]


def test_three_sizes_have_no_law():
    found = curve([trial(share, 1) for share in (0.2, 0.5)])
    assert found["law"] is None and found["curve"] == [] and found["more"] == []


def test_one_run_at_each_size_still_has_an_interval():
    found = curve([trial(share, 1) for share in SHARES], [table(error_at(1.0), 1)])
    assert all(size["spread"] is None for size in found["sizes"])
    assert found["more"][0]["gain"]["low"] < found["more"][0]["gain"]["high"]


def test_documents_of_a_group_are_drawn_together():
    trials = [trial(share, seed) for share in SHARES for seed in (1, 2)]
    names = sorted(trials[0][2].query("split == 'test'")["id"])
    place = {name: int(name[1:]) for name in names}  # neighbours are alike in difficulty
    threads = pd.DataFrame({"id": names, "group_thread": [f"g{place[name] // 40}" for name in names]})

    def width(groups):
        last = grow(trials, {"m": [table(error_at(1.0), seed) for seed in (1, 2)]}, groups)["m"]["more"][0]
        return last["high"] - last["low"]

    assert width(threads) > 1.5 * width(None)
