"""Local runs start no more jobs with a GPU at once than there are GPUs."""

import os
import subprocess
import sys

import pytest

from machine.pretend_gpus import pretend
from paths import ROOT
from textstudy.commands import snakemake_call

TWO = [["GPU-a"], ["GPU-b"]]

# Two jobs that note when they begin and end, and share a machine of two cores.
SNAKEFILE = """
rule report:
    input: "one", "two"

rule:
    output: "{name,one|two}"
    resources: gpu=1
    shell: "echo begins >>times; sleep 0.7; echo ends >>times; touch {output}"
"""
RUN = "from textstudy.commands.snakemake_call import *; assert call_snakemake(['--cores', '2'], 'report', PassesApi)"


def limit(options):
    """Return the limit that Snakemake is called with, None if there is none."""
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snakemake_call, "args_to_api", lambda arguments, parser: found.append(arguments.resources))
        patch.setattr(snakemake_call.snakemake.api, "DAGApi", snakemake_call.snakemake.api.DAGApi)
        snakemake_call.call_snakemake(options, "report", snakemake_call.PassesApi)
    return found[0]["gpu"].value if "gpu" in found[0] else None


@pytest.mark.parametrize(
    ("gpus", "options", "expected"),
    [
        (TWO, [], 2),
        (TWO, ["--cores", "1", "--executor", "local"], 2),
        (TWO, ["--resources", "gpu=1", "alone=1"], 1),
        (TWO, ["--executor", "touch", "--cores", "3"], None),
        ([], [], None),  # a limit of 0 would take the GPU's tag from all jobs
    ],
)
def test_the_limit_is_what_is_visible_unless_the_user_or_a_cluster_decides(
    gpus, options, expected, monkeypatch, tmp_path
):
    pretend(monkeypatch, tmp_path, nvidia=gpus)
    assert limit(options) == expected


def test_a_job_waits_for_a_gpu_before_it_starts(monkeypatch, tmp_path):
    pretend(monkeypatch, tmp_path / "programs", nvidia=[["GPU-a"]])
    (tmp_path / "Snakefile").write_text(SNAKEFILE)
    environment = os.environ | {"PYTHONPATH": str(ROOT / "workflow_scripts")}
    subprocess.run([sys.executable, "-c", RUN], cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert (tmp_path / "times").read_text().split() == ["begins", "ends"] * 2
