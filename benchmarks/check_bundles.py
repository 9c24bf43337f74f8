"""Whether bundles predict where only `textstudy[serve]` is installed: `make check-bundles STUDY=demo`.

Each model of a finished study is exported, as native where it is linear, else as ONNX and as INT8. A new environment
gets the extra and nothing else; there, each bundle predicts held-out documents in a process of its own. The answers
must be those that it gives here. Status 1 where one is not.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import numpy as np

import textstudy
from textstudy.storage.files import read_json
from textstudy.use.export.bundle import export
from textstudy.use.export.parity import held_out_texts
from textstudy.use.usage import read_usage

ROOT = Path(__file__).parents[1]
ALLOWED = 1e-6  # of a probability: the same graph on the same machine
REFUSED = ("torch", "transformers", "pandas", "pyarrow", "sklearn", "snakemake")
PREDICT = """
import importlib.util, json, sys, time
begun = time.perf_counter()
import textstudy
model = textstudy.load(sys.argv[1])
loaded = time.perf_counter() - begun
found = model.predict_proba(json.load(sys.stdin), clean=False).tolist()
there = [name for name in sys.argv[2:] if importlib.util.find_spec(name)]
from textstudy.machine.memory import peak_memory_mb
print(json.dumps({"found": found, "loaded": loaded, "memory": peak_memory_mb(), "there": there}))
"""


def main() -> None:
    """Print a line for each bundle, and the sizes of both environments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("studies", nargs="*", default=["demo"], help="finished studies, by name or folder")
    studies, failed = parser.parse_args().studies, 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        python = _make_environment(folder / "environment")
        sizes = [_megabytes(path / "lib") for path in (folder / "environment", Path(sys.prefix))]
        print(f"environment of bundles: {sizes[0]:.0f} MB; this one: {sizes[1]:.0f} MB")
        print(f"{'model':<26}{'format':<8}{'MB':>7}{'load s':>8}{'memory MB':>11}{'difference':>12}")
        for run in _runs(studies):
            texts = held_out_texts(read_usage(run))[:50]
            for form in ("onnx", "int8"):
                bundle = folder / f"{run.parent.name}-{form}"
                manifest = export(run, bundle, form=form)
                failed += not _check(python, bundle, manifest, texts)
                if manifest["format"] == "native":
                    break
    sys.exit(1 if failed else 0)


def _make_environment(folder: Path) -> Path:
    """Return the Python of a new environment with the package, built from a copy: a build leaves files behind."""
    venv.create(folder, with_pip=True)
    python, source = folder / "bin/python", folder / "source"
    shutil.copytree(ROOT / "workflow_scripts", source / "workflow_scripts")
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, f"{source}[serve]"], check=True)
    return python


def _runs(studies: list[str]) -> list[Path]:
    """Return the folder of the first run of each model of the studies."""
    runs = []
    for study in studies:
        place = Path(study) if Path(study).is_dir() else ROOT / "results/studies" / study
        report = read_json(place / "report.json")
        runs += [place.resolve().parents[2] / model["runs"][0]["folder"] for model in report["models"].values()]
    return list(dict.fromkeys(runs))


def _check(python: Path, bundle: Path, manifest: dict, texts: list[str]) -> bool:
    """Print a line on a bundle, and return whether it predicts there what it predicts here."""
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    command = [python, "-c", PREDICT, bundle, *REFUSED]
    done = subprocess.run(
        command, input=json.dumps(texts), capture_output=True, text=True, env=clean, cwd=bundle, check=True
    )
    there = json.loads(done.stdout)
    here = textstudy.load(bundle).predict_proba(texts, clean=False)
    difference = float(np.abs(np.array(there["found"], np.float32) - here).max())
    print(
        f"{manifest['model']:<26}{manifest['format']:<8}{_megabytes(bundle):>7.1f}{there['loaded']:>8.2f}"
        f"{there['memory']:>11.0f}{difference:>12.2g}"
    )
    return difference <= ALLOWED and not there["there"]


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6


if __name__ == "__main__":
    main()
