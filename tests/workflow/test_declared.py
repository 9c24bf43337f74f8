"""No job opens a file of results/ or resources/ that its rule does not declare, as strace sees it."""

import csv
import re
import shutil
from pathlib import Path

import pytest

from every_kind import STUDY, make_mirror

pytestmark = [
    pytest.mark.workflow,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace, which sees what a job opens, is not installed"),
]

# Each script runs in a shell, which this puts under strace. What the script and all its processes open is a file.
TRACED = """
from snakemake.shell import shell
shell.prefix("exec strace -f -qq -y --seccomp-bpf -e trace=open,openat -o traces/$$ -- ")
"""
# One card of each way of learning and one chapter of figures: the others read files of the same kinds.
TARGETS = [
    *(f"results/models/tiny/{model}/1/README.md" for model in ("linear_nb", "frozen", "both")),
    *(f"results/studies/tiny/{part}" for part in ("report.json", "figures/curves")),
    "results/report.html",
]
OPENED = re.compile(r"= \d+<(.+)>$", flags=re.MULTILINE)
CACHE = "results/checkpoints"  # the one place that a job may look into without telling


def declared_files(project) -> dict[str, tuple[str, set[str]]]:
    """Return log → (rule, files that it declares), of every job that ran."""
    summary = project.snakemake(*TARGETS, "--detailed-summary")
    table = summary[summary.index("output_file\t") :].splitlines()
    jobs: dict[str, tuple[str, set[str]]] = {}
    for row in csv.DictReader(table, delimiter="\t"):
        log = row["log-file(s)"]
        files = jobs.setdefault(log, (row["rule"], {log}))[1]
        files.update([row["output_file"], *row["input-file(s)"].split(",")])
    return jobs


def is_declared(file: str, declared: set[str]) -> bool:
    """Whether a file, or a folder that it is in, is declared; so is what becomes a file in the folder of such a one."""
    path, known = Path(file), declared | {CACHE}
    folders = {str(Path(other).parent) for other in declared}
    if path.name.startswith(".") and str(path.parent) in folders or str(path) in folders:
        return True  # an atomic write, ours or that of safetensors, or a look for what an earlier one has left
    return not {str(path), *map(str, path.parents)}.isdisjoint(known)


def test_no_job_opens_a_file_that_its_rule_does_not_declare(fresh, encoder_of, tmp_path_factory):
    mirror = make_mirror(tmp_path_factory.mktemp("mirror"), encoder_of("bert"))
    fresh.write_study(STUDY)
    fresh.edit("config.yaml", "studies:", f"mirror: {mirror}\nstudies:")
    with (fresh.folder / "Snakefile").open("a") as file:
        file.write(TRACED)
    (fresh.folder / "traces").mkdir()
    ran = fresh.run(*TARGETS)
    jobs, undeclared, seen = declared_files(fresh), set(), 0
    for trace in (fresh.folder / "traces").iterdir():
        opened = {Path(file) for file in OPENED.findall(trace.read_text(errors="replace"))}
        files = {path.relative_to(fresh.folder).as_posix() for path in opened if path.is_relative_to(fresh.folder)}
        files = {file for file in files if file.startswith(("results/", "resources/"))}
        (log,) = (file for file in files if file.startswith("results/logs/"))
        rule, declared = jobs[log]
        # A download that may have to be continued lies in the folder of its resource, beside what it becomes.
        beside = {str(Path(file).parent) for file in declared if rule == "fetch" and file.endswith("/files")}
        undeclared |= {(rule, file) for file in files if not is_declared(file, declared | beside)}
        seen += 1
    assert seen == ran.total() > 60
    assert not undeclared
