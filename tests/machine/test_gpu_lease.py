"""Leases of pretend GPUs by real processes with real locks."""

import os
import signal
import subprocess
import sys
import tempfile
from types import SimpleNamespace

import pytest

from machine.pretend_gpus import pretend
from paths import ROOT
from textstudy.errors import StudyError
from textstudy.machine import gpu_lease
from textstudy.machine.gpu_lease import gpus_wanted, leased_gpu

GPUS = ["GPU-a", "GPU-b"]
VISIBLE = "CUDA_VISIBLE_DEVICES"

# A job: `python -c JOB FOLDER TURNS SECONDS WANTED`. It marks the GPUs that it holds, and fails if there is a mark.
JOB = """
import logging, os, sys, time
from pathlib import Path
from textstudy.machine import gpu_lease

logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
gpu_lease._POLL_SECONDS = 0.01
folder, turns, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
for _ in range(turns):
    with gpu_lease.leased_gpu(int(sys.argv[4])) as gpu:
        assert os.environ["CUDA_VISIBLE_DEVICES"] == gpu
        os.close(os.open(folder / gpu, os.O_CREAT | os.O_EXCL))
        print("holds", gpu, flush=True)
        time.sleep(seconds)
        (folder / gpu).unlink()
"""


@pytest.fixture(autouse=True)
def machine(monkeypatch, tmp_path):
    """Two pretend GPUs, a folder of locks for this test, and no choice made before."""
    pretend(monkeypatch, tmp_path / "programs", nvidia=[[gpu] for gpu in GPUS])
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(gpu_lease, "_POLL_SECONDS", 0.01)
    monkeypatch.setitem(sys.modules, "torch", None)  # even if other tests have imported it


@pytest.fixture
def start(tmp_path):
    """Start jobs, and kill those that still run after the test."""
    jobs = []

    def start(*, turns=1, seconds=0.0, marks="marks", wanted=1):
        environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
        (tmp_path / marks).mkdir(exist_ok=True)
        command = [sys.executable, "-c", JOB, *map(str, (tmp_path / marks, turns, seconds, wanted))]
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


def test_no_two_jobs_hold_a_gpu_at_once_and_none_waits_for_ever(start):
    jobs = [start(turns=25, seconds=0.002) for _ in range(4)]
    for job in jobs:
        _, errors = job.communicate(timeout=60)
        assert job.returncode == 0, errors


def test_two_jobs_run_side_by_side_and_the_third_waits(start):
    first, second = start(seconds=60), start(seconds=60)
    held = {read_until(job, "holds")[1] for job in (first, second)}
    assert held == set(GPUS)
    third = start()
    assert read_until(third, "waiting for a GPU: other jobs hold all 2")
    assert third.poll() is None


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_job_frees_its_gpu(start, sent):
    holders = [start(seconds=60) for _ in GPUS]
    for holder in holders:
        read_until(holder, "holds")
    waiter = start(marks="elsewhere")  # a killed job leaves its mark behind
    read_until(waiter, "waiting")
    holders[0].send_signal(sent)
    assert holders[0].wait(timeout=10) == -sent
    _, errors = waiter.communicate(timeout=30)
    assert waiter.returncode == 0, errors


def test_cuda_sees_the_leased_gpu_only_while_it_is_leased():
    with leased_gpu(1) as gpu:
        assert os.environ[VISIBLE] == gpu == "GPU-a"
        with leased_gpu(1) as inner:  # a job that has a GPU leases no second one
            assert inner == "GPU-a" == os.environ[VISIBLE]
        assert os.environ[VISIBLE] == "GPU-a"
    assert VISIBLE not in os.environ


def test_an_exception_frees_gpu_and_setting():
    with pytest.raises(ZeroDivisionError), leased_gpu(1):
        raise ZeroDivisionError
    assert VISIBLE not in os.environ
    with leased_gpu(1) as gpu:
        assert gpu == "GPU-a"


def test_waiting_can_be_interrupted(start, monkeypatch):
    holders = [start(seconds=60) for _ in GPUS]
    for holder in holders:
        read_until(holder, "holds")

    def interrupt(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(gpu_lease, "time", SimpleNamespace(sleep=interrupt))
    with pytest.raises(KeyboardInterrupt), leased_gpu(1):
        pytest.fail("a GPU was leased twice")
    assert VISIBLE not in os.environ


def test_a_child_that_outlives_the_lease_does_not_keep_the_gpu(monkeypatch):
    monkeypatch.setenv(VISIBLE, "GPU-a")
    with leased_gpu(1):
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        forked = os.fork()  # it shares the open files, as a data loader's worker does
        if forked == 0:
            signal.alarm(60)
            signal.pause()
    keeps = SimpleNamespace(sleep=lambda seconds: pytest.fail("a child keeps a GPU"))
    monkeypatch.setattr(gpu_lease, "time", keeps)
    try:
        with leased_gpu(1) as gpu:
            assert gpu == "GPU-a"
    finally:
        os.kill(forked, signal.SIGKILL)
        os.waitpid(forked, 0)
        child.communicate()


def test_nothing_changes_if_no_gpu_is_wanted(monkeypatch, tmp_path):
    before = dict(os.environ)
    with leased_gpu(0) as leased:
        assert leased is None and dict(os.environ) == before
    assert not list(tmp_path.glob("*.lock"))


def test_a_lease_after_cuda_has_started_is_refused(monkeypatch):
    running = SimpleNamespace(cuda=SimpleNamespace(is_initialized=lambda: True))
    monkeypatch.setitem(sys.modules, "torch", running)
    with pytest.raises(RuntimeError, match="already running"), leased_gpu(1):
        pytest.fail("leased")
    running.cuda.is_initialized = lambda: False
    with leased_gpu(1) as leased:
        assert leased == "GPU-a"


def test_a_lock_file_that_leads_elsewhere_is_refused(tmp_path):
    (tmp_path / "elsewhere").write_text("kept")
    (tmp_path / f"textstudy-{os.getuid()}-GPU-a.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StudyError, match="lock file .*GPU-a.lock of a GPU cannot be used"), leased_gpu(1):
        pytest.fail("leased")
    assert (tmp_path / "elsewhere").read_text() == "kept"


def test_the_lease_does_not_load_pytorch():
    code = "import sys, textstudy.machine.gpu_lease; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT / "workflow_scripts", check=True, timeout=60)


def test_a_job_that_wants_several_gpus_gets_all_of_them_or_waits(start, monkeypatch, tmp_path):
    with leased_gpu(2) as both:
        assert both == os.environ[VISIBLE] == "GPU-a,GPU-b"
    holder = start(seconds=0.3)
    first = read_until(holder, "holds")[1]
    with leased_gpu(2) as both:  # once the other job is done
        assert both == "GPU-a,GPU-b" and not (tmp_path / "marks" / first).exists()
    with leased_gpu(3) as all_that_there_are:
        assert all_that_there_are == "GPU-a,GPU-b"


def test_jobs_that_want_several_gpus_do_not_wait_for_each_other(start, tmp_path):
    """Each takes all or none: with one GPU each they would wait for ever."""
    jobs = [start(turns=10, seconds=0.002, wanted=2) for _ in range(3)]
    for job in jobs:
        _, errors = job.communicate(timeout=60)
        assert job.returncode == 0, errors


@pytest.mark.parametrize(("settings", "granted", "wanted"), [({}, 1, 1), ({"gpu": 2}, 1, 2), ({"gpu": 2}, 0, 0)])
def test_a_training_leases_what_its_settings_name_if_its_job_was_granted_any(settings, granted, wanted):
    assert gpus_wanted(settings, granted) == wanted
