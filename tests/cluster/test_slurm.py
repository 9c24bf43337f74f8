"""The DAG on a real Slurm through profiles/slurm, on a day when much goes wrong; what Slurm itself has recorded of it.

With STUDY=demo the whole demo runs undisturbed, and its time is printed beside that of a local run.
"""

import os
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import psutil
import pytest
import yaml

from cluster.single_node import Cluster
from paths import ROOT
from workflow.conftest import TINY, Project, copied_project

STUDY = os.environ.get("STUDY", "")
ON_SLURM = ("--profile", "profiles/slurm")
# The first attempt has too little memory to start Python in; the second has enough.
TOO_LITTLE = ("--set-resources", "measure_costs:mem_mb=30*attempt**7")
EPOCHS = 1000  # long enough to be interrupted, in seconds that Slurm takes to do it
GPU_STEPS = re.compile("lstm|measure_costs")
WAIT = 900  # seconds for a job to come


@dataclass
class Job:
    """What Slurm recorded of a job.

    Attributes:
        name: the rule, or the group with some of its rules.
        memory: in MB.
        minutes: the run time that was asked for.
    """

    name: str
    state: str
    cpus: int
    memory: int
    minutes: int
    gpus: int
    requeued: int


def jobs(cluster: Cluster) -> list[Job]:
    """Return all jobs that Slurm knows, in the order in which they were submitted."""
    lines = cluster.command("scontrol", "--oneliner", "show", "job").splitlines()
    return [read_job(line) for line in sorted(filter(None, lines), key=lambda line: int(re.search(r"\d+", line)[0]))]


def read_job(line: str) -> Job:
    """Return a job from Slurm's description of it."""
    facts = dict(word.split("=", 1) for word in line.split() if "=" in word)
    hours, minutes, _ = map(int, facts["TimeLimit"].split("-")[-1].split(":"))
    return Job(
        name=facts["Comment"].removeprefix("rule_"),
        state=facts["JobState"],
        cpus=int(facts["NumCPUs"]),
        memory=int(facts["MinMemoryNode"].removesuffix("M")),
        minutes=60 * hours + minutes,
        gpus=int(facts.get("TresPerJob", "gpu:0").rpartition(":")[2]),
        requeued=int(facts["Restarts"]),
    )


class BadDay(Thread):
    """Disturbs the jobs of a running study, one after the other; what happened is in `done`, what failed in `error`."""

    def __init__(self, cluster: Cluster, folder: Path):
        super().__init__(daemon=True)
        self.cluster, self.folder = cluster, folder
        self.done: list[str] = []

    def run(self) -> None:
        self.lose_the_node(self.running("prepare"))
        # The one that hangs first, because both run and Slurm takes seconds to cancel the other.
        self.hang(self.running("train_lstm_attention"))
        cancelled = self.running("train_lstm_final")
        self.wait_for_epochs("lstm_final")
        self.cluster.command("scancel", cancelled)
        self.done.append("cancelled")

    def lose_the_node(self, job: str) -> None:
        """Set the node down while the job runs, and bring it back."""
        node = self.cluster.command("sinfo", "-h", "-o", "%n").strip()
        self.cluster.command("scontrol", "update", f"NodeName={node}", "State=DOWN", "Reason=test")
        self.wait_for(lambda: not self.process(job), "the job ends with its node")
        self.cluster.command("scontrol", "update", f"NodeName={node}", "State=RESUME")
        self.cluster.command("scontrol", "update", f"JobId={job}", "StartTime=now")  # Slurm would wait for two minutes
        self.done.append("node down")

    def hang(self, job: str) -> None:
        """Stop a training after some epochs, and shorten the time that it has to the least that Slurm knows."""
        self.wait_for_epochs("lstm_attention")
        self.process(job).suspend()
        self.cluster.command("scontrol", "update", f"JobId={job}", "TimeLimit=1")
        self.done.append("hangs")

    def running(self, name: str) -> str:
        """Wait until a job of this name runs, and return its number."""

        def number() -> str:
            lines = self.cluster.command("squeue", "-h", "--states=RUNNING", "-o", "%k %i").splitlines()
            return next((line.split()[1] for line in lines if line.startswith(f"rule_{name}")), "")

        return self.wait_for(number, f"job {name}")

    def process(self, job: str) -> psutil.Process | None:
        """Return the process of the job that runs a script of the project, if there is one."""
        for process in psutil.process_iter(["environ", "cmdline"]):
            number = (process.info["environ"] or {}).get("SLURM_JOB_ID")
            if number == job and any(".snakemake/scripts" in word for word in process.info["cmdline"] or ()):
                return process
        return None

    def wait_for_epochs(self, model: str) -> None:
        """Wait until the training has begun its sixth epoch: there is a checkpoint then."""
        log = self.folder / "results" / "logs" / "train" / f"tiny-{model}-1.log"
        self.wait_for(lambda: log.is_file() and "epoch 5," in log.read_text(), f"epochs of {model}")

    def wait_for(self, happens: Callable, what: str):
        end = time.monotonic() + WAIT
        while not (result := happens()):
            if time.monotonic() > end:
                raise TimeoutError(f"waited in vain: {what}; so far {self.done}")
            time.sleep(0.1)
        return result


@pytest.fixture(scope="module")
def study() -> dict:
    """The study that runs: a tiny one, or the one that is asked for."""
    if STUDY:
        return yaml.safe_load((ROOT / "config" / "studies" / f"{STUDY}.yaml").read_text())
    models = {name: {**model} for name, model in TINY["models"].items()}
    for model in models.values():
        if "training" in model:
            model["training"] = {**model["training"], "epochs": EPOCHS}
    return {**TINY, "models": models}


@pytest.fixture(scope="module")
def finished(cluster, study, tmp_path_factory) -> Project:
    """The study, run on the cluster to its report, on a bad day if it is the tiny one."""
    project = copied_project(tmp_path_factory.mktemp("project"))
    project.write_study(study)
    started = time.monotonic()
    if STUDY:
        project.textstudy("report", *ON_SLURM)
    else:
        day = BadDay(cluster, project.folder)
        day.start()
        project.textstudy("report", *ON_SLURM, *TOO_LITTLE)
        assert day.done == ["node down", "hangs", "cancelled"]
    project.seconds = time.monotonic() - started
    return project


@pytest.fixture(scope="module")
def records(finished, cluster) -> list[Job]:
    """What Slurm recorded of the run."""
    found = jobs(cluster)
    print(*found, sep="\n")
    return found


def test_only_jobs_of_networks_had_a_gpu(records):
    tagged = [bool(GPU_STEPS.search(job.name)) for job in records]
    assert [job.gpus for job in records] == [int(is_tagged) for is_tagged in tagged]
    assert any(tagged) and not all(tagged)


def test_jobs_got_the_cores_the_memory_and_the_time_that_the_rules_ask_for(records):
    prepare = next(job for job in records if job.name.startswith("prepare"))
    assert (prepare.cpus, prepare.memory, prepare.minutes) == (2, 5000, 120)
    training = next(job for job in records if job.name.startswith("train_"))
    assert training.cpus == 1 and 4000 < training.memory < 4100, "its inputs add a little"
    assert max(job.cpus for job in records) == 2
    assert len(records) <= 25


def test_nothing_runs_again_on_the_cluster_or_here(finished, cluster):
    before = len(jobs(cluster))
    assert "Nothing to be done" in finished.textstudy("report", *ON_SLURM)
    assert "Nothing to be done" in finished.textstudy("report")
    assert len(jobs(cluster)) == before


@pytest.mark.skipif(not STUDY, reason="a disturbed study says nothing of speed")
def test_a_whole_study_takes_at_most_three_times_as_long_as_without_a_cluster(finished, records, tmp_path):
    local = copied_project(tmp_path)
    local.write_study(finished.study())
    started = time.monotonic()
    local.textstudy("report")
    seconds = time.monotonic() - started
    print(f"\n{len(records)} jobs of Slurm in {finished.seconds:.0f} s; without a cluster {seconds:.0f} s")
    assert finished.seconds <= 3 * seconds


@pytest.mark.skipif(bool(STUDY), reason="nothing disturbs a whole study")
class TestBadDay:
    """Everything that was disturbed came to its end."""

    def attempts(self, records, name: str) -> list[Job]:
        return [job for job in records if job.name.startswith(name)]

    def test_a_job_whose_node_went_down_is_requeued(self, records):
        first, *again = self.attempts(records, "prepare")  # again, if it came back before the node had forgotten it
        assert first.requeued == 1 and [first, *again][-1].state == "COMPLETED"

    def test_a_cancelled_training_is_tried_again_with_more_and_resumes(self, finished, records):
        first, second = self.attempts(records, "train_lstm_final")
        assert (first.state, second.state) == ("CANCELLED", "COMPLETED")
        assert second.memory == 2 * first.memory and second.minutes == 2 * first.minutes
        assert "resumed at step" in self.log(finished, "lstm_final")

    def test_a_training_that_hangs_runs_out_of_time_and_resumes(self, finished, records):
        first, second = self.attempts(records, "train_lstm_attention")
        assert (first.state, first.minutes, second.state) == ("TIMEOUT", 1, "COMPLETED")
        assert "resumed at step" in self.log(finished, "lstm_attention")

    def test_a_job_that_runs_out_of_memory_is_tried_again_with_more(self, records, cluster):
        first, second = self.attempts(records, "measure_costs")
        assert (first.state, second.state) == ("FAILED", "COMPLETED")  # OUT_OF_MEMORY needs control groups
        assert "exceeded memory limit" in (cluster.folder / "slurmd.log").read_text()
        assert (first.memory, second.memory) == (30, 3840)

    def test_the_weights_are_those_of_an_undisturbed_local_run(self, finished, tmp_path):
        local = copied_project(tmp_path)
        local.write_study(finished.study())
        for made in ("corpora", "prepared", "encoded"):
            shutil.copytree(finished.folder / "results" / made, local.folder / "results" / made)
        weights = [f"results/models/tiny/{model}/1/weights.safetensors" for model in ("lstm_final", "lstm_attention")]
        local.snakemake(*weights, "--ignore-incomplete", "--rerun-triggers", "mtime")
        for file in weights:
            assert (local.folder / file).read_bytes() == (finished.folder / file).read_bytes()

    def log(self, project: Project, model: str) -> str:
        return (project.folder / "results" / "logs" / "train" / f"tiny-{model}-1.log").read_text()
