"""The price of truncation, recomputed by plain loops."""

import numpy as np
import pandas as pd
import pytest

from textstudy.evaluate.truncation import measure_truncation

LENGTHS = np.array([10, 60, 64, 65, 100, 200, 256, 300, 900, 1586] * 30)  # of 300 test documents


def made_up(right):
    split = pd.DataFrame({"id": [f"d{number:03}" for number in range(300)], "split": "test", "text": "a", "label": "x"})
    runs = {
        name: [split[["id", "split"]].assign(label=1, predicted=each.astype(int)) for each in seeds]
        for name, seeds in right.items()
    }
    lengths = {name: pd.Series(np.minimum(LENGTHS, limit), split["id"]) for name, limit in LIMITS.items()}
    return runs, split, {"lengths": lengths, "limits": LIMITS}


LIMITS = {"cut": 256, "whole": 1586}
ENCODINGS = {"short": "cut", "long": "whole"}


def drawn(share):
    return np.random.default_rng(int(share * 100)).random((2, 300)) < share


def test_accuracies_and_the_paired_difference_against_plain_loops():
    right = {"short": drawn(0.5), "long": drawn(0.7), "linear": drawn(0.6)}
    runs, split, encoded = made_up(right)
    found = measure_truncation(runs, split, **encoded, encodings=ENCODINGS, pairs=[("short", "long")])
    assert found["encoding"] == "whole"
    ranges = [(each["least"], each["most"], each["documents"]) for each in found["ranges"]]
    assert ranges == [(1, 64, 90), (65, 128, 60), (129, 256, 60), (257, 512, 30), (513, 1024, 30), (1025, None, 30)]
    for name, seeds in right.items():
        for (least, most, documents), scores in zip(ranges, found["models"][name], strict=True):
            inside = [row for row, length in enumerate(LENGTHS) if least <= length <= (most or 9999)]
            assert scores["accuracy"]["mean"] == pytest.approx(sum(seeds[:, inside].sum(axis=0)) / 2 / documents)
            limit = LIMITS.get(ENCODINGS.get(name), 9999)
            assert scores["cut"] == sum(LENGTHS[row] >= limit for row in inside) / documents
    (pair,) = found["pairs"]
    for part, rows in (("reads_in_part", LENGTHS >= 256), ("reads_whole", LENGTHS < 256)):
        scores = pair[part]
        assert scores["documents"] == rows.sum()
        for model, key in (("short", "cut"), ("long", "whole")):
            assert scores[key]["mean"] == pytest.approx(right[model][:, rows].mean())
        change = scores["difference"]
        assert change["mean"] == pytest.approx(scores["whole"]["mean"] - scores["cut"]["mean"])
        assert change["low"] < change["mean"] < change["high"] and 0 < scores["p_value"] <= 1


def test_models_that_answer_alike_differ_by_nothing_and_more_pairs_widen_the_interval():
    right = {"short": drawn(0.5), "long": drawn(0.5)}
    runs, split, encoded = made_up(right)
    pairs = [("short", "long")]
    one, two = (
        measure_truncation(runs, split, **encoded, encodings=ENCODINGS, pairs=pairs * count)["pairs"][0][
            "reads_in_part"
        ]
        for count in (1, 2)
    )
    assert one["difference"]["mean"] == 0 and one["p_value"] == 1
    assert two["difference"]["high"] > one["difference"]["high"] > 0


def test_nothing_where_nothing_is_cut():
    runs, split, encoded = made_up({"linear": drawn(0.6)})
    wide = {"lengths": encoded["lengths"], "limits": {"cut": 9999, "whole": 9999}}
    assert measure_truncation(runs, split, **wide, encodings={}, pairs=[]) is None
    assert measure_truncation(runs, split, lengths={}, limits={}, encodings={}, pairs=[]) is None
