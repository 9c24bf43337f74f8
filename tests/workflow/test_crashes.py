"""A study that is killed at any moment ends with the files of one that ran undisturbed."""

import random

import numpy as np
import pytest
from check_crashes import compare, copy_project, run, run_killed

from textstudy.storage.files import write_json, write_tensors

pytestmark = pytest.mark.workflow

KILLS = 10


def test_a_study_that_was_killed_again_and_again_ends_with_the_same_files(tmp_path):
    """On one core or two. `make check-crashes` does the same at length, to the report."""
    targets = [f"results/studies/crashed/{name}.json" for name in ("errors", "scrutiny")]
    undisturbed, crashed = (copy_project(tmp_path / name) for name in ("undisturbed", "crashed"))
    seconds = run(undisturbed, *targets)
    hits = run_killed(crashed, KILLS, random.Random(0), seconds / KILLS, *targets)
    compared, differing = compare(undisturbed, crashed)
    print(*hits.items(), sep="\n")
    assert hits.total() > KILLS // 2  # a quick machine may finish before the last ones
    assert len(compared) > 20
    assert differing == []


def test_differences_are_found_but_for_times(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, seconds in ((one, 1.0), (other, 2.0)):
        write_json(folder / "results/same.json", [{"accuracy": 0.5, "cost": {"seconds": seconds}}])
        write_json(folder / "results/other.json", {"accuracy": seconds})
        write_tensors(folder / "results/weights.safetensors", {"bias": np.array([seconds])})
        write_json(folder / "results/studies/s/costs.json", {"latency": seconds})
    (other / "results/.same.json.abcdefgh.json").touch()
    compared, differing = compare(one, other)
    assert compared == {"same.json", "other.json", "weights.safetensors"}
    assert differing == [".same.json.abcdefgh.json is in one only", "other.json", "weights.safetensors"]
