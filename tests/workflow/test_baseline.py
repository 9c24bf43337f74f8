"""A baseline on the real DAG: kept by one command, compared by the next report, which opens with what changed."""

from collections import Counter

import pytest

pytestmark = pytest.mark.workflow

REPORTED = {"collect": 1, "figures": 10, "render": 1, "index": 1}


def test_what_changed_since_the_baseline(project):
    assert project.read_json("results/studies/tiny/report.json")["changes"] is None
    assert project.textstudy("baseline") == "tiny: 3 runs kept in results/baseline/tiny\n"
    assert project.planned() == Counter({"compare_baseline": 1, **REPORTED})

    study = project.study()
    study["models"]["lstm_final"]["training"] = {**study["models"]["lstm_final"]["training"], "learning_rate": 0.1}
    project.write_study(study)
    expected = {
        "train_lstm_final": 1,
        "evaluate": 1,
        "describe": 1,
        "card": 1,
        "compare": 1,
        "examine_errors": 1,
        "scrutinize": 1,
        "measure_costs": 1,
    }
    assert project.run() == Counter({**expected, "compare_baseline": 1, **REPORTED})
    assert project.run() == Counter()

    changes = project.read_json("results/studies/tiny/report.json")["changes"]
    assert [row["what"] for row in changes["settings"]] == ["models.lstm_final.training.learning_rate"]
    assert changes["data"] == changes["code"] == changes["software"] == []
    statuses = {name: row["status"] for name, row in changes["models"].items()}
    assert statuses == {"linear_nb": "unchanged", "lstm_attention": "unchanged", "lstm_final": "compared"}
    page = (project.folder / "results/studies/tiny/report.html").read_text()
    assert page.index('id="summary"') < page.index('id="changes"') < page.index('id="results"')

    project.textstudy("baseline")
    assert project.run() == Counter({"compare_baseline": 1, **REPORTED})
    again = project.read_json("results/studies/tiny/report.json")["changes"]
    assert {row["status"] for row in again["models"].values()} == {"unchanged"} and again["settings"] == []


def test_without_a_report_there_is_nothing_to_keep(fresh):
    assert "run `textstudy report` first" in fresh.textstudy("baseline", status=1)
