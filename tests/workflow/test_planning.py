"""How much work a plan is: it grows with the number of runs, not with its square."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.workflow

# Counts the calls of functions, those of Snakemake and built-in ones included.
COUNT = """
import cProfile, pstats, sys
from snakemake.cli import main
sys.argv = ["snakemake", "report", "--dry-run", "--quiet", "--cores", "1", "--config", "studies=[tiny]"]
profile = cProfile.Profile()
try:
    profile.runcall(main)
except SystemExit as stop:
    assert not stop.code
print(pstats.Stats(profile).total_calls)
"""


def study(number: int) -> dict:
    """Return a study of `number` networks, their refits, linear models, and ensembles of them."""
    models: dict[str, dict] = {}
    for each in range(number):
        models[f"lstm_{each}"] = {
            "architecture": "recurrent",
            "embeddings": "random",
            "hidden_size": each + 8,
            "training": {"batch_size": 8},
        }
        models[f"again_{each}"] = {"architecture": "refit", "model": f"lstm_{each}"}
        models[f"linear_{each}"] = {"architecture": "linear"}
        models[f"both_{each}"] = {"architecture": "ensemble", "members": [f"lstm_{each}", f"linear_{each}"]}
    return {
        "title": "Many models",
        "preparation": {"name": "tiny", "corpus": {"kind": "demo"}},
        "encodings": {"words": {"tokenizer": "words"}},
        "seeds": [1, 2],
        "models": models,
        "perturbations": {},
        "explanations": {},
    }


def test_the_work_of_a_plan_grows_with_the_number_of_runs(fresh):
    calls = {}
    for number in (4, 8, 16):
        fresh.write_study(study(number))
        command = [sys.executable, "-c", COUNT]
        done = subprocess.run(
            command, cwd=fresh.folder, env=fresh.environment(), text=True, capture_output=True, check=True
        )
        calls[number] = int(done.stdout.split()[-1])
    assert calls[16] - calls[8] < 2.1 * (calls[8] - calls[4]), calls
