"""Every rule carries what a laptop and a cluster need, and the profiles are understood."""

import re
import subprocess
import sys
from itertools import pairwise

import pytest

from paths import ROOT

DIRECTIVES = ("log", "benchmark", "threads", "resources", "conda", "script", "params", "output")
NEEDS_GPU = {
    "train",
    "train_trial",
    "features",
    "distill",
    "evaluate",
    "evaluate_prompted",
    "measure_costs",
    "score_robustness",
    "explain",
    "check_explanations",
}


def rules() -> dict[str, str]:
    """Name → text of every rule of rules/*.smk; the generated training rules are called `train`."""
    found = {}
    for path in sorted((ROOT / "rules").glob("*.smk")):
        text = path.read_text(encoding="utf-8")
        starts = [match.start() for match in re.finditer(r"^ *rule\b.*:$", text, flags=re.MULTILINE)]
        for start, end in pairwise([*starts, len(text)]):
            body = text[start:end]
            name = re.match(r" *rule (\w+):", body)
            found[name[1] if name else "train"] = body
    return found


RULES = rules()


def test_there_are_all_rules():
    assert {"fetch", "parse", "clean", "deduplicate", "split", "audit", "train", "evaluate", "compare"} <= set(RULES)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_has_every_tag(name):
    # A resource is what its manifest says, whatever code fetched it: `fetch` alone carries no digest.
    body = RULES[name]
    for directive in DIRECTIVES:
        assert re.search(rf"^ +{directive}:", body, flags=re.MULTILINE), f"{name} has no {directive}"
    for resource in ("mem_mb=", "runtime="):
        assert resource in body, f"{name} does not say {resource}"
    assert name == "fetch" or "code=" in body, f"{name} has no digest of its code"
    assert ("gpu=" in body) == (name in NEEDS_GPU)
    assert not re.search(r"^ +run:", body, flags=re.MULTILINE)


def test_models_of_a_study_with_a_memory_limit_train_one_at_a_time_on_one_machine():
    dry_run = [sys.executable, "-m", "snakemake", "--dry-run", "--cores", "4", "--config"]
    for study, alone in (("newsgroups-binary", "alone=1"), ("sst5-recurrent", "alone=0")):
        done = subprocess.run([*dry_run, f"studies=[{study}]"], cwd=ROOT, capture_output=True, text=True, check=True)
        trainings = re.findall(r"rule train_\w+:.*?resources: ([^\n]*)", done.stdout + done.stderr, flags=re.DOTALL)
        assert trainings and all(alone in resources for resources in trainings)


def test_latencies_are_measured_with_nothing_beside_them():
    """On a machine of 16 cores of which a run has 8, the measurement takes all 8; an evaluation does not."""
    call = "import os, sys; os.cpu_count = lambda: 16; from snakemake.cli import main; main(sys.argv[1:])"
    arguments = ["--dry-run", "--forceall", "--cores", "8", "--config", "studies=[demo]"]
    command = [sys.executable, "-c", call, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    output = done.stdout + done.stderr
    assert re.findall(r"rule measure_costs:.*?threads: (\d+)", output, flags=re.DOTALL) == ["8"]
    evaluations = re.findall(r"^rule evaluate:\n(?: +.*\n)+", output, flags=re.MULTILINE)
    assert evaluations and not any("threads:" in job for job in evaluations), "one thread is not announced"


def test_scripts_do_nothing_when_imported_and_read_no_configuration():
    for path in (ROOT / "workflow_scripts").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "snakemake.config" not in text
        if path.stem != "job":  # which all scripts share
            assert text.rstrip().endswith("run(main, globals())")
            assert len(text.splitlines()) < 60
