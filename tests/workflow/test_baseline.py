"""A baseline on the real DAG: kept by one command, compared by the next report, which opens with what changed."""

import subprocess
import sys
from collections import Counter

import pytest

from paths import ROOT

pytestmark = pytest.mark.workflow

REPORTED = {"collect": 1, "figures": 6, "render": 1, "index": 1}


def keep(project) -> subprocess.CompletedProcess:
    command = [sys.executable, ROOT / "tools" / "baseline.py"]
    return subprocess.run(command, cwd=project.folder, capture_output=True, text=True)


def test_what_changed_since_the_baseline(project):
    assert project.read_json("results/studies/tiny/report.json")["changes"] is None
    assert keep(project).stdout == "tiny: 3 runs kept in results/baseline/tiny\n"
    assert project.planned() == Counter({"compare_baseline": 1, **REPORTED})

    study = project.study()
    study["models"]["lstm_final"]["training"] = {**study["models"]["lstm_final"]["training"], "learning_rate": 1e-6}
    project.write_study(study)
    expected = {"train_lstm_final": 1, "evaluate": 1, "describe": 1, "card": 1, "compare": 1, "examine_errors": 1}
    assert project.run() == Counter({**expected, "compare_baseline": 1, **REPORTED})
    assert project.run() == Counter()

    changes = project.read_json("results/studies/tiny/report.json")["changes"]
    assert [row["what"] for row in changes["settings"]] == ["models.lstm_final.training.learning_rate"]
    assert changes["data"] == changes["code"] == changes["software"] == []
    statuses = {name: row["status"] for name, row in changes["models"].items()}
    assert statuses == {"linear_nb": "unchanged", "lstm_attention": "unchanged", "lstm_final": "compared"}
    page = (project.folder / "results/studies/tiny/report.html").read_text()
    assert page.index('id="changes"') < page.index('id="summary"')

    keep(project)
    assert project.run() == Counter({"compare_baseline": 1, **REPORTED})
    again = project.read_json("results/studies/tiny/report.json")["changes"]
    assert {row["status"] for row in again["models"].values()} == {"unchanged"} and again["settings"] == []


def test_without_a_report_there_is_nothing_to_keep(tmp_path):
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "baseline.py"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 1 and "run `make report` first" in done.stderr
