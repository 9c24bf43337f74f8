"""The script that checks a GPU: it runs to its end on a CPU, and says in one sentence that there is no GPU."""

import os
import subprocess
import sys

import pytest
import torch

from paths import ROOT


def check_gpu(*options):
    environment = os.environ | {"PYTHONPATH": str(ROOT / "workflow_scripts"), "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, "benchmarks/check_gpu.py", *options]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_the_script_runs_to_its_end_on_a_cpu():
    done = check_gpu("--device", "cpu")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert sum(line.startswith("ok ") and "largest difference" in line for line in lines) == 10
    for part in ("TFLOPS", "tokens/s", "share of the peak", "demo: accuracy in float32"):
        assert any(part in line for line in lines)
    assert lines[-1].startswith("0 not as expected")


@pytest.mark.skipif(torch.backends.mps.is_available(), reason="Apple's GPU cannot be hidden")
def test_without_a_gpu_nothing_is_checked_and_the_status_says_so():
    done = check_gpu()
    assert done.returncode == 3
    (line,) = done.stdout.splitlines()
    assert line.endswith("can use no GPU here, so nothing was checked: there is none.")
