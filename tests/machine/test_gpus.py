"""Which pretend GPU a job gets: from what the machine has, what the environment leaves of it, and what others hold."""

import logging
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock

from machine.pretend_gpus import pretend
from textstudy.machine import gpu_lease
from textstudy.machine.gpu_lease import leased_gpu
from textstudy.machine.gpus import idle_first, visible_gpus

CUDA, HIP, ROCR, SLURM = "CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", {"SLURM_JOB_ID": "7"}
TWO = {"nvidia": [["GPU-a"], ["GPU-b"]]}
CUT = {"nvidia": [["GPU-a"], ["GPU-c", "MIG-1", "MIG-2"]]}  # the second in slices
AMD = {"amd": ["0xa1", "0xb2"]}
WAITS, UNCHANGED = "waits", "unchanged"

# Case, GPUs of the machine, what the environment says, what other jobs hold → what the job then sees.
TABLE = [
    ("all", TWO, {}, [], f"{CUDA}=GPU-a"),
    ("all, one held", TWO, {}, ["GPU-a"], f"{CUDA}=GPU-b"),
    ("all, all held", TWO, {}, ["GPU-a", "GPU-b"], WAITS),
    ("one by number", TWO, {CUDA: "1"}, [], f"{CUDA}=1"),
    ("one by number, held", TWO, {CUDA: "1"}, ["GPU-b"], WAITS),
    ("one by id, the other held", TWO, {CUDA: "GPU-b"}, ["GPU-a"], f"{CUDA}=GPU-b"),
    ("one by the beginning of its id", {"nvidia": [["GPU-1f"], ["GPU-2e"]]}, {CUDA: "GPU-2"}, [], f"{CUDA}=GPU-2"),
    ("two by number, the first held", TWO, {CUDA: "1, 0"}, ["GPU-b"], f"{CUDA}=0"),
    ("one twice", TWO, {CUDA: "0,0"}, ["GPU-a"], WAITS),
    ("hidden", TWO, {CUDA: ""}, [], UNCHANGED),
    ("hidden by -1", TWO, {CUDA: "-1"}, [], UNCHANGED),
    ("hidden behind an unknown number", TWO, {CUDA: "5,0"}, [], UNCHANGED),
    ("no driver", {}, {CUDA: "0"}, [], UNCHANGED),
    ("Slurm: two of a job, one held", TWO, SLURM | {CUDA: "0,1"}, ["GPU-a"], f"{CUDA}=1"),
    ("Slurm: one of a job", TWO, SLURM | {CUDA: "1"}, ["GPU-a"], f"{CUDA}=1"),
    ("Slurm: none for this job", TWO, SLURM, [], UNCHANGED),
    ("Slurm: two of two, by devices alone", TWO, SLURM | {"SLURM_JOB_GPUS": "4,5"}, ["GPU-a"], f"{CUDA}=GPU-b"),
    ("Slurm: one, but all are seen", TWO, SLURM | {"SLURM_JOB_GPUS": "1"}, [], UNCHANGED),
    ("MIG: all, a whole GPU held", CUT, {}, ["GPU-a"], f"{CUDA}=MIG-1"),
    ("MIG: all, one slice free", CUT, {}, ["GPU-a", "MIG-1"], f"{CUDA}=MIG-2"),
    ("MIG: a slice by id", CUT, {CUDA: "MIG-2"}, [], f"{CUDA}=MIG-2"),
    ("MIG: a slice by id, held", CUT, {CUDA: "MIG-2"}, ["MIG-2"], WAITS),
    ("MIG: the GPU of the slices, one held", CUT, {CUDA: "1"}, ["MIG-1"], f"{CUDA}=MIG-2"),
    ("MIG: Slurm's slices, one held", CUT, SLURM | {CUDA: "MIG-1,MIG-2"}, ["MIG-1"], f"{CUDA}=MIG-2"),
    ("MIG: ids of older drivers", {"nvidia": [["GPU-c", "MIG-GPU-c/1/0"]]}, {}, [], f"{CUDA}=MIG-GPU-c/1/0"),
    ("AMD: all, one held", AMD, {}, ["GPU-a1"], f"{HIP}=1"),
    ("AMD: one by number", AMD, {HIP: "1"}, [], f"{HIP}=1"),
    ("AMD: one by the driver's number", AMD, {ROCR: "1"}, [], f"{HIP}=0"),
    ("AMD: one by the driver's number, held", AMD, {ROCR: "1"}, ["GPU-b2"], WAITS),
    ("AMD: one by id, the other held", AMD, {ROCR: "GPU-b2"}, ["GPU-a1"], f"{HIP}=0"),
    ("AMD: the driver's choice, and HIP's of that", AMD, {ROCR: "1,0", HIP: "1"}, [], f"{HIP}=1"),
    ("AMD: CUDA's name of the variable", AMD, {CUDA: "1,0"}, ["GPU-b2"], f"{CUDA}=0"),
    ("AMD: without ids", {"amd": [None, None]}, {}, ["0000:00:00.0"], f"{HIP}=1"),
    ("AMD: hidden", AMD, {HIP: ""}, [], UNCHANGED),
    ("AMD: Slurm: two of a job, one held", AMD, SLURM | {ROCR: "0,1"}, ["GPU-a1"], f"{HIP}=1"),
]


class Waits(Exception):
    pass


def raise_waits(seconds):
    raise Waits


@pytest.mark.parametrize(("case", "machine", "environment", "held", "expected"), TABLE)
def test_a_job_gets_a_free_gpu_it_may_see(case, machine, environment, held, expected, monkeypatch, tmp_path):
    pretend(monkeypatch, tmp_path, **machine)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(gpu_lease, "time", SimpleNamespace(sleep=raise_waits))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ)
    with ExitStack() as others:
        for name in held:  # by another job: another open file
            others.enter_context(FileLock(Path(tmp_path, f"textstudy-{os.getuid()}-{name}.lock"), mode=0o600))
        try:
            with leased_gpu(1) as leased:
                variable = expected.partition("=")[0]
                seen = UNCHANGED if leased is None else f"{variable}={os.environ.get(variable)}"
                assert leased not in held
                assert {name for name, _ in os.environ.items() ^ before.items()} <= {variable}
        except Waits:
            seen = WAITS
    print(f"{case}; {machine}; {environment}; held {held}: {seen}")
    assert seen == expected and dict(os.environ) == before


def test_idle_gpus_come_first(monkeypatch, tmp_path):
    pretend(monkeypatch, tmp_path, nvidia=[["GPU-1"], ["GPU-2"], ["GPU-3"]], busy=["GPU-1", "GPU-1"])
    assert [gpu.name for gpu in idle_first(visible_gpus())] == ["GPU-2", "GPU-3", "GPU-1"]


@pytest.mark.parametrize(
    ("script", "warning"), [("echo No devices were found", ""), ("echo 'GPU 0: A (UUID: GPU-1)'; exit 9", "nvidia-smi")]
)
def test_a_driver_without_gpus_counts_as_none_and_one_that_fails_is_told(
    script, warning, monkeypatch, tmp_path, caplog
):
    pretend(monkeypatch, tmp_path)
    (tmp_path / "nvidia-smi").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "nvidia-smi").chmod(0o755)
    with caplog.at_level(logging.WARNING):
        assert visible_gpus() == []
    assert bool(caplog.text) == bool(warning) and warning in caplog.text


def test_words_around_the_json_do_not_matter_and_broken_json_is_told(monkeypatch, tmp_path, caplog):
    pretend(monkeypatch, tmp_path, amd=["0xa1"])
    program = tmp_path / "rocm-smi"
    program.write_text(
        program.read_text().replace("'END'\n", "'END'\nWARNING: low power\n").replace("}}\n", "}}\nBye\n")
    )
    assert [gpu.name for gpu in visible_gpus()] == ["GPU-a1"] and not caplog.records
    program.write_text(program.read_text().replace("}}", ""))
    assert visible_gpus() == [] and "what rocm-smi lists cannot be read" in caplog.text
