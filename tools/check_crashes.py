"""Kill a study again and again, let it finish, and compare its files with those of one that ran undisturbed.

Usage: python tools/check_crashes.py [--kills 200] [--each 20] [--seed 0]

A kill is a SIGKILL at a random moment, of one step (Snakemake tries it again) or of Snakemake with all its steps (the
next call goes on). Prints where the kills hit and which files differ. Exits with 1 if one does.
"""

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import psutil
import yaml

from textstudy.storage.files import read_json

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("Snakefile", "config.yaml", "config", "rules", "envs", "profiles", "workflow_scripts")
STUDY = {
    "title": "Crashed study",
    "preparation": {"name": "crashed", "corpus": {"kind": "demo", "documents": 200}},
    "encodings": {"words": {"tokenizer": "words", "maximum_length": 64}},
    "seeds": [1],
    "models": {
        "linear_nb": {"architecture": "linear", "classifier": "complement_nb"},
        "lstm": {
            "architecture": "recurrent",
            "embeddings": "random",
            "embedding_size": 8,
            "hidden_size": 8,
            "training": {"epochs": 2, "batch_tokens": 4096, "learning_rate": 3e-3},
        },
    },
}
# What times decide, and nothing else: these keys of JSON files and these whole files are not compared.
VOLATILE = {
    "seconds",
    "cpu_seconds",
    "energy_joules",
    "epoch_seconds",
    "load_average",
    "peak_memory_mb",
    "fetched",  # a date
    "checksum",  # of a file with times
}
NOT_COMPARED = (
    "logs/*", "benchmarks/*", "checkpoints/*", "*/.snakemake_timestamp", "*/costs.json", "*/report.*", "report.html",
    "*/README.md", "*/figures/efficiency/*", "*/figures/summary/*",
)  # fmt: skip
_SCRIPT = re.compile(r".*\.snakemake/scripts/tmp\w+\.(\w+)\.py")
_ALONE = 0.7  # share of the kills that hit one step and not Snakemake with all its steps


def main() -> int:
    """Kill as often as the command line says; print what came of it and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--each", type=int, default=20, help="kills of one study, from its beginning to its end")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    moments, hits, failed = random.Random(given.seed), Counter(), False
    with tempfile.TemporaryDirectory() as scratch:
        undisturbed = copy_project(Path(scratch, "undisturbed"))
        seconds = run(undisturbed, "report")
        while hits.total() < given.kills:
            crashed = copy_project(Path(scratch, "crashed"), undisturbed)  # whose code nobody edits
            kills = min(given.each, given.kills - hits.total())
            hits += run_killed(crashed, kills, moments, seconds / given.each, "report")
            compared, differing = compare(undisturbed, crashed)
            print(
                f"{hits.total()} kills: {len(compared)} files compared, {len(differing)} differ", *differing, sep="\n"
            )
            failed |= bool(differing)
            shutil.rmtree(crashed)
    print("", *(f"{number:5} {place}" for place, number in hits.most_common()), sep="\n")
    return failed


def copy_project(folder: Path, source: Path = ROOT) -> Path:
    """Copy the project in `source` into a new folder, with the study that is run; return the folder."""
    for part in PARTS:
        copy = shutil.copytree if (source / part).is_dir() else shutil.copy2
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        copy(source / part, folder / part)
    (folder / "config/studies/crashed.yaml").write_text(yaml.safe_dump(STUDY))
    return folder


def start(folder: Path, *targets: str, cores: int = 2) -> subprocess.Popen:
    """Start the workflow in a process group of its own; its output is added to crash.log."""
    command = [sys.executable, "-m", "snakemake", *targets, "--cores", str(cores), "--nolock", "--retries", "99"]
    paths = filter(None, (str(folder / "workflow_scripts"), os.environ.get("PYTHONPATH")))
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(paths)}
    with (folder / "crash.log").open("ab") as log:
        return subprocess.Popen(
            [*command, "--config", "studies=[crashed]"], cwd=folder, env=environment, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip


def run(folder: Path, *targets: str) -> float:
    """Run the workflow to its end; return the seconds that it took."""
    began = time.perf_counter()
    if start(folder, *targets).wait():
        raise SystemExit((folder / "crash.log").read_text(encoding="utf-8")[-4000:])
    return time.perf_counter() - began


def run_killed(folder: Path, kills: int, moments: random.Random, pace: float, *targets: str) -> Counter[str]:
    """Run the workflow with kills at random moments, on one core or two, and then to its end.

    Args:
        pace: mean seconds from one kill to the next.

    Returns:
        Where the kills hit: the rule of a step, or "all of " the rules that ran → number. Fewer than `kills` if the
        workflow came to its end before.
    """
    hits: Counter[str] = Counter()
    while hits.total() < kills:
        snakemake = start(folder, *targets, cores=moments.choice([1, 2]))
        while hits.total() < kills and snakemake.poll() is None:
            time.sleep(moments.uniform(0, 2 * pace))
            steps = running_steps(snakemake.pid)
            with suppress(ProcessLookupError):  # it has just ended
                if moments.random() > _ALONE:
                    os.killpg(snakemake.pid, signal.SIGKILL)
                    hits["all of " + (" and ".join(sorted(steps.values())) or "Snakemake")] += 1
                    break
                if steps:
                    victim = moments.choice(sorted(steps))
                    os.kill(victim, signal.SIGKILL)
                    hits[steps[victim]] += 1
        if snakemake.wait() == 0:
            break
    run(folder, *targets)
    return hits


def running_steps(snakemake: int) -> dict[int, str]:
    """Return process → rule of the scripts that run below a process."""
    steps = {}
    with suppress(psutil.NoSuchProcess):
        for process in psutil.Process(snakemake).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                script = "".join(process.cmdline()[-1:])  # of its shell, the last word is more than that
                if found := _SCRIPT.fullmatch(script):
                    steps[process.pid] = found[1]
    return steps


def compare(one: Path, other: Path) -> tuple[set[str], list[str]]:
    """Return the files of results/ that were compared, and those that differ or that one of two projects lacks."""
    own, others = artifacts(one / "results"), artifacts(other / "results")
    differing = [f"{name} is in one only" for name in sorted(own ^ others)]
    differing += [name for name in sorted(own & others) if not equal(one / "results" / name, other / "results" / name)]
    return own & others, differing


def artifacts(results: Path) -> set[str]:
    """Return the files to compare, among them all that a killed writer may have left."""
    names = {path.relative_to(results).as_posix() for path in results.rglob("*") if path.is_file()}
    return {name for name in names if not any(fnmatch(name, pattern) for pattern in NOT_COMPARED)}


def equal(one: Path, other: Path) -> bool:
    """Return whether two files are the same but for what times decide."""
    if one.suffix == ".json":
        return without_times(read_json(one)) == without_times(read_json(other))
    return one.read_bytes() == other.read_bytes()


def without_times(value: Any) -> Any:
    """Return a value of a JSON file without its volatile keys, at any depth."""
    if isinstance(value, dict):
        return {key: without_times(inner) for key, inner in value.items() if key not in VOLATILE}
    return [without_times(inner) for inner in value] if isinstance(value, list) else value


if __name__ == "__main__":
    sys.exit(main())
