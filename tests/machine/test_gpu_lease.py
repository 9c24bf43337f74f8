"""The machine's GPUs are pretended; the processes that share them, and the locks, are real."""

import logging
import os
import signal
import subprocess
import sys
import tempfile
from types import SimpleNamespace

import pytest

from paths import ROOT
from textstudy.errors import StudyError
from textstudy.machine import gpu_lease
from textstudy.machine.gpu_lease import leased_gpu, list_gpus

GPUS = ["GPU-a", "GPU-b"]
VISIBLE = "CUDA_VISIBLE_DEVICES"

# A job: `python -c JOB FOLDER COUNT TURNS SECONDS`. It marks the devices that it holds, and fails on a mark that is
# there already.
JOB = """
import logging, os, sys, time
from pathlib import Path
from textstudy import gpu_lease

logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
gpu_lease.list_gpus = lambda: ["GPU-a", "GPU-b"]
gpu_lease._POLL_SECONDS = 0.01
folder, count, turns, seconds = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
for _ in range(turns):
    with gpu_lease.leased_gpu(count):
        held = os.environ["CUDA_VISIBLE_DEVICES"].split(",")
        assert len(set(held)) == count, held
        for device in held:
            os.close(os.open(folder / device, os.O_CREAT | os.O_EXCL))
        print("holds", *held, flush=True)
        time.sleep(seconds)
        for device in held:
            (folder / device).unlink()
"""


@pytest.fixture(autouse=True)
def machine(monkeypatch, tmp_path):
    """Two pretended GPUs, a folder of locks of this test's own, and no choice made beforehand."""
    for name in (VISIBLE, "SLURM_JOB_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(gpu_lease, "list_gpus", lambda: list(GPUS))
    monkeypatch.setattr(gpu_lease, "_POLL_SECONDS", 0.01)
    monkeypatch.setitem(sys.modules, "torch", None)  # whatever other tests have imported


@pytest.fixture
def start(tmp_path):
    """Start a job; whatever is left of it ends with the test."""
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    jobs = []

    def start(count, *, turns=1, seconds=0.0, marks="marks"):
        (tmp_path / marks).mkdir(exist_ok=True)
        command = [sys.executable, "-c", JOB, *map(str, (tmp_path / marks, count, turns, seconds))]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        jobs.append(subprocess.Popen(command, cwd=ROOT / "workflow_scripts", env=environment, **pipes))
        return jobs[-1]

    yield start
    for job in jobs:
        job.kill()
        job.communicate()


def read_until(job, word):
    """Return the job's first line that starts with `word`."""
    for line in job.stdout:
        if line.startswith(word):
            return line.split()
    pytest.fail(job.stderr.read())


def test_no_two_jobs_hold_a_device_at_once_and_none_waits_for_ever(start):
    jobs = [start(count, turns=25, seconds=0.002) for count in (1, 2, 1, 2)]
    for job in jobs:
        _, errors = job.communicate(timeout=60)
        assert job.returncode == 0, errors


def test_jobs_of_one_device_run_side_by_side_and_the_third_waits(start):
    first, second = start(1, seconds=60), start(1, seconds=60)
    held = {read_until(job, "holds")[1] for job in (first, second)}
    assert held == set(GPUS)
    third = start(1)
    assert read_until(third, "waiting for 1 of 2 GPUs: other jobs hold them")
    assert third.poll() is None


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_job_frees_its_devices(start, sent):
    holder = start(2, seconds=60)
    read_until(holder, "holds")
    waiter = start(2, marks="elsewhere")  # a killed job leaves its marks behind
    read_until(waiter, "waiting")
    holder.send_signal(sent)
    assert holder.wait(timeout=10) == -sent
    _, errors = waiter.communicate(timeout=30)
    assert waiter.returncode == 0, errors


def test_who_needs_both_devices_is_not_overtaken(start):
    holder = start(1, seconds=60)
    read_until(holder, "holds")
    both = start(2, seconds=60)
    read_until(both, "waiting for 1 of 2 GPUs: other jobs hold them")  # it has the other one already
    late = start(1)
    read_until(late, "waiting for 1 of 2 GPUs, behind another job that waits")
    both.kill()
    assert read_until(late, "holds")  # and what the killed one had collected is free again


def test_cuda_sees_the_leased_devices_only_while_they_are_leased():
    with leased_gpu(1) as first:
        assert os.environ[VISIBLE] == "GPU-a" and first == ["GPU-a"]
    assert VISIBLE not in os.environ
    with leased_gpu(2) as both:
        assert os.environ[VISIBLE] == "GPU-a,GPU-b" and both == GPUS
        with leased_gpu(1) as inner:  # what is leased already is not leased again
            assert inner == [] and os.environ[VISIBLE] == "GPU-a,GPU-b"
    assert VISIBLE not in os.environ


def test_an_exception_frees_device_and_setting():
    with pytest.raises(ZeroDivisionError), leased_gpu(2):
        raise ZeroDivisionError
    assert VISIBLE not in os.environ
    with leased_gpu(2) as both:
        assert both == GPUS


def test_an_interruption_while_waiting_leaves_nothing_locked(start, monkeypatch):
    holder = start(1, seconds=60)
    held = read_until(holder, "holds")[1]

    def interrupt(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(gpu_lease.time, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt), leased_gpu(2):
        pytest.fail("a device was leased twice")
    monkeypatch.undo()
    other = start(1)
    assert read_until(other, "holds")[1:] == [device for device in GPUS if device != held]


def test_a_child_that_outlives_the_lease_does_not_keep_the_device(monkeypatch):
    with leased_gpu(2):
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        forked = os.fork()  # it shares the open files, as a data loader's worker does
        if forked == 0:
            signal.alarm(60)
            signal.pause()
    monkeypatch.setattr(gpu_lease.time, "sleep", lambda seconds: pytest.fail("a child keeps a device"))
    try:
        with leased_gpu(2) as both:
            assert both == GPUS
    finally:
        os.kill(forked, signal.SIGKILL)
        os.waitpid(forked, 0)
        child.communicate()


@pytest.mark.parametrize(
    "environment",
    [
        {VISIBLE: "3"},
        {VISIBLE: ""},  # hidden on purpose
        {"SLURM_JOB_ID": "7", VISIBLE: "0,1"},
        {"SLURM_JOB_ID": "7"},
    ],
)
def test_a_choice_made_already_stands(environment, monkeypatch, tmp_path):
    monkeypatch.setattr(gpu_lease, "list_gpus", lambda: pytest.fail("nobody asked"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ)
    with leased_gpu(1) as leased:
        assert leased == [] and dict(os.environ) == before
    assert dict(os.environ) == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("count", "gpus"), [(0, GPUS), (1, []), (2, [])])
def test_nothing_changes_where_none_is_asked_for_or_there_is_none(count, gpus, monkeypatch, tmp_path):
    monkeypatch.setattr(gpu_lease, "list_gpus", lambda: gpus)
    with leased_gpu(count) as leased:
        assert leased == [] and VISIBLE not in os.environ
    assert list(tmp_path.iterdir()) == []


def test_more_than_there_are_is_an_error_not_a_wait():
    with pytest.raises(StudyError, match="3 GPUs are asked for, this machine has 2"), leased_gpu(3):
        pytest.fail("leased")


def test_a_lease_after_cuda_has_started_is_refused(monkeypatch):
    running = SimpleNamespace(cuda=SimpleNamespace(is_initialized=lambda: True))
    monkeypatch.setitem(sys.modules, "torch", running)
    with pytest.raises(RuntimeError, match="running already"), leased_gpu(1):
        pytest.fail("leased")
    running.cuda.is_initialized = lambda: False
    with leased_gpu(1) as leased:
        assert leased == ["GPU-a"]


def test_a_system_without_file_locks_is_told_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(StudyError, match="set CUDA_VISIBLE_DEVICES"), leased_gpu(1):
        pytest.fail("leased")
    with leased_gpu(0) as leased:
        assert leased == []


def test_a_folder_that_is_not_the_users_own_is_refused(tmp_path):
    folder = tmp_path / f"textstudy-gpus-{os.getuid()}"
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StudyError, match="not this user's folder"), leased_gpu(1):
        pytest.fail("leased")
    folder.unlink()
    folder.write_text("in the way")
    with pytest.raises(StudyError, match="File exists"), leased_gpu(1):
        pytest.fail("leased")
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.fixture
def nvidia_smi(monkeypatch, tmp_path):
    """Put an `nvidia-smi` in front of any other: a shell script."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def write(script):
        (folder / "nvidia-smi").write_text(f"#!/bin/sh\n{script}\n")
        (folder / "nvidia-smi").chmod(0o755)

    return write


def test_gpus_are_listed_with_the_idle_ones_first(nvidia_smi):
    nvidia_smi(
        '[ "$2" = --format=csv,noheader ] || exit 2\n'
        'case "$1" in\n'
        "--query-gpu=uuid) printf 'GPU-1\\nGPU-2\\nGPU-3\\n';;\n"
        "--query-compute-apps=gpu_uuid) printf 'GPU-1\\nGPU-1\\n';;\n"
        "*) exit 2;; esac"
    )
    assert list_gpus() == ["GPU-2", "GPU-3", "GPU-1"]


def test_a_machine_without_gpus_lists_none(nvidia_smi, monkeypatch, tmp_path, caplog):
    nvidia_smi("echo No devices were found")
    assert list_gpus() == []
    monkeypatch.setenv("PATH", str(tmp_path / "marks"))
    assert list_gpus() == [] and not caplog.records


def test_a_driver_that_fails_is_told_and_counts_as_none(nvidia_smi, caplog):
    nvidia_smi("echo GPU-1; exit 9")
    with caplog.at_level(logging.WARNING):
        assert list_gpus() == []
    assert "nvidia-smi does not answer" in caplog.text and "9" in caplog.text


def test_the_lease_does_not_load_pytorch():
    code = "import sys, textstudy.gpu_lease; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT / "workflow_scripts", check=True, timeout=60)
