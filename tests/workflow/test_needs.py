"""What steps ask a cluster for, and which of them share a job there."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml
from snakemake.iocontainers import Namedlist

from paths import ROOT
from textstudy.workflow.needs import memory, minutes

PLUGINS = Path(__file__).parent / "plugins"
PROFILE = yaml.safe_load((ROOT / "profiles" / "slurm" / "profile.yaml").read_text())


@pytest.fixture
def inputs(tmp_path) -> Namedlist:
    """3 MB of documents, 1 MB of encoding, and a file that is still to be made."""
    for name, megabytes in (("documents", 3), ("encoding", 1)):
        (tmp_path / name).write_bytes(bytes(megabytes * 1_000_000))
    return Namedlist(fromdict={name: str(tmp_path / name) for name in ("documents", "encoding", "later")})


def test_memory_grows_with_the_inputs_and_with_each_attempt(inputs):
    mem_mb = memory(1000, 20)
    assert [mem_mb(None, inputs, attempt) for attempt in (1, 2, 3)] == [1080, 2160, 3240]


def test_a_limit_of_the_study_is_what_a_training_gets(inputs):
    mem_mb = memory(1000, 20, {"limited": 10, "free": None}.get)
    assert (mem_mb("limited", inputs, 1), mem_mb("limited", inputs, 2), mem_mb("free", inputs, 1)) == (
        10000,
        20000,
        1080,
    )


def test_each_process_of_a_training_needs_memory(inputs):
    mem_mb = memory(1000, 20, processes={"shared": 2}.get)
    assert mem_mb("shared", inputs, 1) == 2160


def test_run_time_grows_with_the_input_that_decides(inputs):
    assert minutes(10, 5)(None, inputs, 1) == 30
    assert minutes(10, 5, of="encoding")(None, inputs, 2) == 30
    assert minutes(10, 5, of="features")(None, inputs, 1) == 30, "there is no such input: all decide"


def pretend(folder: Path, environment: dict, study: str, *more: str) -> list[dict]:
    """Send a study to a cluster that computes nothing, as the profile says, and return what it was sent."""
    executor = ("--executor", "pretend", "--seconds-between-status-checks", "0", "--latency-wait", "1")
    # The page of all studies would read an empty report.
    call = [sys.executable, "-m", "snakemake", "--omit-from", "index", *options(), *executor, *more]
    paths = f"{PLUGINS}:{environment['PYTHONPATH']}"
    done = subprocess.run(
        [*call, "--config", f"studies=[{study}]"],
        cwd=folder,
        env={**environment, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return [json.loads(line) for line in (folder / "jobs.jsonl").read_text().splitlines()]


def options() -> list[str]:
    """Return what the profile says of jobs, as options: its own executor may not be installed."""
    names = ("cores", "jobs", "resources", "set-resource-scopes", "default-resources", "group-components")
    values = {name: PROFILE[name] if isinstance(PROFILE[name], list) else [str(PROFILE[name])] for name in names}
    return [word for name, value in values.items() for word in (f"--{name}", *value)]


@pytest.mark.workflow
def test_small_steps_share_jobs_of_a_cluster(fresh):
    """The demo has 100 steps, and the cluster sees no more than 25 jobs; none wants more than two cores and a GPU."""
    jobs = pretend(fresh.folder, fresh.environment(), "demo")
    steps = Counter(rule for job in jobs for rule in job["rules"])
    assert sum(steps.values()) > 90 and len(jobs) <= 25
    assert max(job["threads"] for job in jobs) == 2
    assert {job.get("gpu", 0) for job in jobs} == {0, 1}
    assert {tuple(set(job["rules"])) for job in jobs if "train_bilstm_attention" in job["rules"]} == {
        ("train_bilstm_attention",)
    }, "a network trains in a job of its own"
    assert not any(job.get("gpu") for job in jobs if {"parse", "train_linear_nb", "collect"} & set(job["rules"]))


@pytest.mark.workflow
def test_a_memory_limit_is_asked_for_on_a_cluster_and_nobody_waits_for_it(fresh):
    study = yaml.safe_load((ROOT / "config" / "studies" / "demo.yaml").read_text())
    wanted = {"title", "preparation", "encodings", "models"}
    small = {key: value for key, value in study.items() if key in wanted} | {"memory_limit_gb": 10, "seeds": [1]}
    network = small["models"]["bilstm_attention"]
    small["models"] = {"bilstm": network, "shared": network | {"gpu": 2}}
    small["models"] |= {f"{name}_refit": {"architecture": "refit", "model": name} for name in ("bilstm", "shared")}
    fresh.write_study(small)
    jobs = pretend(fresh.folder, fresh.environment(), "tiny", "--resources", "gpu=2")
    training = next(job for job in jobs if "train_bilstm" in job["rules"])
    assert (training["mem_mb"], training["alone"]) == (10000, 0)
    for model, processes in (("bilstm", 1), ("shared", 2)):
        for rule in (f"train_{model}", f"train_{model}_refit"):
            job = next(job for job in jobs if rule in job["rules"])
            assert (job["gpu"], job["threads"]) == (processes, processes)
