"""One run at a time in a folder, and what a run that was interrupted or killed leaves behind, with real processes."""

import os
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest

pytestmark = pytest.mark.workflow

STUDY = ("--config", "studies=[tiny]")
SLOW = "    import pathlib, time\n    pathlib.Path('started').touch()\n    time.sleep(600)\n"


@pytest.fixture(autouse=True)
def deaf_to_nothing():
    """Tests in the background of a shell script begin deaf to Ctrl-C, and so would the runs that they start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def begin_run(project):
    """What starts `textstudy report` in a session of its own; nothing of it outlives the test."""
    runs = []

    def begin() -> subprocess.Popen:
        command = [sys.executable, "-m", "textstudy", "report", "--cores", "2", "--keep-going", *STUDY]
        with (project.folder / "printed").open("w") as printed:
            how = {"cwd": project.folder, "env": project.environment(), "stdout": printed, "stderr": printed}
            runs.append(subprocess.Popen(command, start_new_session=True, **how))
        return runs[-1]

    yield begin
    for run in runs:
        for process in session(run):
            process.kill()


@pytest.fixture
def begin_slow_run(project, begin_run):
    """What starts a run whose only script takes ten minutes, and waits until that works."""

    def begin() -> subprocess.Popen:
        project.edit("workflow_scripts/explore.py", "def main(snakemake):\n", f"def main(snakemake):\n{SLOW}")
        run = begin_run()
        wait_until((project.folder / "started").exists, run)
        return run

    return begin


def wait_until(happened, run: subprocess.Popen) -> None:
    """Wait for something that a run does, ten minutes at most."""
    for _ in range(6000):
        if happened():
            return
        assert run.poll() is None, "the run has ended"
        time.sleep(0.1)
    pytest.fail("it has not happened")


def session(run: subprocess.Popen) -> list[psutil.Process]:
    """Return the processes of a run's session that have not ended."""
    members = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == run.pid and process.status() != psutil.STATUS_ZOMBIE:
                members.append(process)
        except (OSError, psutil.NoSuchProcess):
            continue
    return members


def ends_cleanly(project, run: subprocess.Popen) -> None:
    """Check that a run ends as one that was interrupted."""
    assert run.wait(timeout=60) == 1
    assert not session(run)
    assert not list((project.folder / ".snakemake").glob("locks/*"))
    output = (project.folder / "printed").read_text()
    assert "the same command goes on where it was" in output and "Going on" not in output


def test_a_second_run_in_the_folder_ends_at_once(project, begin_slow_run):
    run = begin_slow_run()
    shutil.rmtree(project.folder / ".snakemake/locks")  # as the end of any other call of Snakemake does
    calls = [
        project.textstudy("report", status=1),
        project.textstudy("report", "--unlock", status=1),
        project.textstudy("baseline", status=1),
        project.snakemake("data", "--forcerun", "split", check=False),
    ]
    for output in calls:
        assert f"another run is active in {project.folder} (process {run.pid} on " in output
        assert "Traceback" not in output
    assert "explore" in project.textstudy("plan")
    run.send_signal(signal.SIGTERM)  # the run alone: it must tell its script
    ends_cleanly(project, run)
    assert not list((project.folder / "results/baseline").glob("*"))


def test_a_killed_run_is_followed_by_the_next_when_its_scripts_have_ended(project, begin_slow_run):
    run = begin_slow_run()
    run.kill()
    run.wait()
    (script,) = session(run)
    assert list((project.folder / ".snakemake").glob("locks/*"))
    assert f"end them with `kill {script.pid}`" in project.textstudy("report", status=1)
    script.kill()
    script.wait()
    project.edit("workflow_scripts/explore.py", "sleep(600)", "sleep(0)")
    output = project.textstudy("report")
    assert f"A run in {project.folder} was killed. The locks that it left are cleared." in output
    assert output.count("rule explore:") == 1


def test_an_interrupted_training_leaves_no_process_and_is_resumed(project, begin_run):
    study = project.study()
    study["models"]["lstm_final"]["training"]["epochs"] = 100_000
    project.write_study(study)
    run = begin_run()
    wait_until(lambda: list(project.folder.glob("results/checkpoints/*/*.safetensors")), run)
    os.killpg(run.pid, signal.SIGINT)  # as Ctrl-C in a terminal, which reaches the scripts as well
    ends_cleanly(project, run)
    run = begin_run()
    wait_until(lambda: "resumed at step" in (project.folder / "printed").read_text(), run)
    run.send_signal(signal.SIGINT)
    ends_cleanly(project, run)


def test_signals_that_are_switched_off_stay_so(project, begin_slow_run):
    """`nohup` and the background of a shell script do that."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        run = begin_slow_run()
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    os.killpg(run.pid, signal.SIGHUP)
    time.sleep(1)
    assert run.poll() is None and len(session(run)) == 2
    run.send_signal(signal.SIGTERM)
    ends_cleanly(project, run)
