"""A copy of the project with a tiny study on the demo corpus, run once for all workflow tests."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

from paths import ROOT
from textstudy.storage.files import read_json

PARTS = ("Snakefile", "config.yaml", "config", "rules", "envs", "profiles", "workflow_scripts")
STUDY = ("--config", "studies=[tiny]")
TRAINING = {"epochs": 2, "batch_tokens": 4096, "learning_rate": 3e-3}
RECURRENT = {
    "architecture": "recurrent",
    "embeddings": "random",
    "embedding_size": 8,
    "hidden_size": 8,
    "layers": 1,
    "training": TRAINING,
}
TINY = {
    "title": "Tiny study",
    "preparation": {"name": "tiny", "corpus": {"kind": "demo", "documents": 300}},
    "encodings": {"words": {"tokenizer": "words", "maximum_length": 64}},
    "seeds": [1],
    "models": {
        "linear_nb": {"architecture": "linear", "classifier": "complement_nb"},
        "lstm_final": {**RECURRENT, "pooling": "final"},
        "lstm_attention": {**RECURRENT, "pooling": "attention"},
    },
}


class Project:
    """A copy of the project in a folder of its own, with its results."""

    def __init__(self, folder: Path):
        self.folder = folder

    def copy(self, folder: Path) -> "Project":
        """Return a copy in a folder that is not there yet, time stamps included."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Project(folder)

    @property
    def study_file(self) -> Path:
        return self.folder / "config" / "studies" / "tiny.yaml"

    def study(self) -> dict:
        return yaml.safe_load(self.study_file.read_text())

    def write_study(self, study: dict) -> None:
        self.study_file.write_text(yaml.safe_dump(study, sort_keys=False))

    def read_json(self, file: str):
        """Return what a JSON file of the project holds."""
        return read_json(self.folder / file)

    def snakemake(self, *arguments: str, check: bool = True) -> str:
        """Run Snakemake and return all it printed."""
        command = [sys.executable, "-m", "snakemake", *arguments, "--cores", "2"]
        done = run_command([*command, *STUDY], self.folder, self.environment())
        if check and done.returncode:
            pytest.fail(f"snakemake {' '.join(arguments)} failed:\n{done.stdout[-4000:]}")
        return done.stdout

    def textstudy(
        self, command: str, *options: str, status: int = 0, folder: Path | None = None, studies: str = "tiny"
    ) -> str:
        """Run a command of this copy's own command line and return all it printed.

        Args:
            status: the exit status that it must have.
            folder: where it runs, if not in the folder of the project.
            studies: the studies that a report or a plan is about.
        """
        if command in ("report", "plan"):
            options = ("--cores", "2", *options, "--config", f"studies=[{studies}]")
        call = [sys.executable, "-m", "textstudy", command, *options]
        done = run_command(call, folder or self.folder, self.environment())
        assert done.returncode == status, done.stdout[-4000:]
        return done.stdout

    def environment(self) -> dict[str, str]:
        """Return an environment in which this copy of the library is imported, and no other."""
        paths = filter(None, (str(self.folder / "workflow_scripts"), os.environ.get("PYTHONPATH")))
        return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(paths)}

    def report(self, *options: str, **how) -> Counter:
        """Run `textstudy report` and return how many jobs of each rule ran."""
        return executed(self.textstudy("report", *options, **how))

    def planned(self, target: str = "report") -> Counter:
        """Return how many jobs of each rule a dry run announces."""
        return executed(self.snakemake(target, "--dry-run"))

    def run(self, *targets: str) -> Counter:
        """Make targets, or else the report, and return how many jobs of each rule ran."""
        return executed(self.snakemake(*(targets or ["report"])))

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace the first occurrence of `old`; it must be there."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} does not stand in {file}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def run_command(command: list[str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess:
    """Run a command with its errors among its output."""
    together = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.run(command, cwd=folder, env=environment, text=True, **together)


def executed(output: str) -> Counter:
    """Return the jobs of each rule that Snakemake announced, targets left out."""
    rules = re.findall(r"^(?:local)?rule (\w+):$", output, flags=re.MULTILINE)
    return Counter(
        rule for rule in rules if rule not in ("report", "data", "prepared") and not rule.startswith("phase_")
    )


def copied_project(folder: Path) -> Project:
    """Return a copy of the project in `folder` that has no results yet."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / part)
    return Project(folder)


@pytest.fixture
def fresh(tmp_path) -> Project:
    """A copy of the project that has not run."""
    return copied_project(tmp_path)


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Project:
    """The tiny study, run to its report; not to be changed."""
    project = copied_project(tmp_path_factory.mktemp("project"))
    project.write_study(TINY)
    project.snakemake("report")
    return project


@pytest.fixture
def project(finished, tmp_path) -> Project:
    """A copy of the finished project, free to be edited."""
    return finished.copy(tmp_path / "copy")
