"""Jobs that share no file system: each in an empty folder, with the deployed sources and what its rule declares."""

import os
import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from every_kind import STUDY, make_mirror
from paths import ROOT

PROGRAMS = ("strace", "rsync")
PLUGINS = ("snakemake_executor_plugin_cluster_generic", "snakemake_storage_plugin_fs")
LACKING = [*filter(lambda name: not shutil.which(name), PROGRAMS), *filter(lambda name: not find_spec(name), PLUGINS)]
pytestmark = [
    pytest.mark.workflow,
    pytest.mark.skipif(bool(LACKING), reason=f"not installed: {', '.join(LACKING)}"),
]

POD = f"{sys.executable} {Path(__file__).with_name('pod.py')}"
OPENED = re.compile(r"= \d+<(.+)>$", flags=re.MULTILINE)
TARGETS = ["results/studies/tiny/costs.json", "results/studies/tiny/comparison.parquet"]


def test_jobs_run_with_nothing_but_what_their_rules_declare(fresh, encoder_of, tmp_path_factory, monkeypatch):
    storage, pods = tmp_path_factory.mktemp("storage"), tmp_path_factory.mktemp("pods")
    mirror = make_mirror(tmp_path_factory.mktemp("mirror"), encoder_of("bert"))
    models = {name: STUDY["models"][name] for name in ("linear_nb", "frozen")}
    preparation = {**STUDY["preparation"], "clean": {}}
    fresh.write_study({"title": "Pods", "preparation": preparation, "encodings": STUDY["encodings"], "seeds": [1],
                       "models": models})  # fmt: skip
    fresh.edit("config.yaml", "studies:", f"mirror: {mirror}\nstudies:")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(fresh, "environment", lambda: {**os.environ, "OMP_NUM_THREADS": "1"})
    isolated = (
        "--executor", "cluster-generic", "--jobs", "2", "--seconds-between-status-checks", "0",
        "--cluster-generic-submit-cmd", f"{POD} submit {pods}", "--cluster-generic-status-cmd", f"{POD} status",
        "--shared-fs-usage", "none", "--job-deploy-sources",
        "--default-storage-provider", "fs", "--default-storage-prefix", str(storage),
    )  # fmt: skip
    try:
        fresh.snakemake(*TARGETS, *isolated)
    except pytest.fail.Exception:
        failed = next((job for job in pods.iterdir() if (job / "status").read_text().strip() != "0"), None)
        pytest.fail((failed / "output").read_text()[-4000:] if failed else "no pod failed")
    assert all((storage / target).is_file() for target in TARGETS)
    assert not (fresh.folder / "results").exists() and not (fresh.folder / "resources").exists()
    jobs = list(pods.iterdir())
    assert len(jobs) > 10
    for job in jobs:
        opened = set(OPENED.findall((job / "opened").read_text(errors="replace")))
        hidden = {file for file in opened if file.startswith((f"{fresh.folder}/", f"{ROOT}/workflow_scripts/"))}
        checkouts = {file for file in hidden if not Path(file).is_dir()}  # Python lists the folders of its path
        assert not checkouts, "a job reads what was sent to it"
