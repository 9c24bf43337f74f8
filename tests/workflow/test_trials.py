"""Trials on the real DAG: they retrain no model, and each is stale for itself."""

from collections import Counter

import pytest

pytestmark = pytest.mark.workflow

CURVE = {"models": ["linear_nb", "lstm_final"], "shares": [0.2, 0.4, 0.7]}
SHOWN = {"collect": 1, "figures": 11, "render": 1, "index": 1}
COMPARED = {"compare": 1, "examine_errors": 1, **SHOWN}


def change(project, **parts):
    study = project.study() | parts
    project.write_study(study)
    return study


@pytest.fixture
def grown(project):
    """The finished tiny study with a learning curve, run."""
    change(project, learning_curve=CURVE)
    assert project.run() == Counter({"train_trial": 6, "grow": 1, **SHOWN})
    return project


def test_a_share_more_trains_that_share_and_a_model_its_own_curve(grown):
    curves = grown.read_json("results/studies/tiny/growth.json")
    assert set(curves) == {"linear_nb", "lstm_final"}
    assert [size["share"] for size in curves["lstm_final"]["sizes"]] == [0.2, 0.4, 0.7, 1.0]
    assert not list((grown.folder / "results/trials").rglob("weights*")), "only predictions are kept"

    study = change(grown, learning_curve={**CURVE, "shares": [0.2, 0.3, 0.4, 0.7]})
    assert grown.planned() == Counter({"train_trial": 2, "grow": 1, **SHOWN})
    change(grown, learning_curve={**CURVE, "models": ["linear_nb"]})
    assert grown.planned() == Counter({"grow": 1, **SHOWN})
    study["models"]["lstm_final"]["dropout"] = 0.1
    change(grown, models=study["models"], learning_curve=CURVE)
    one_model = {"train_lstm_final": 1, "evaluate": 1, "describe": 1, "card": 1, "measure_costs": 1, "scrutinize": 1}
    assert grown.planned() == Counter({**one_model, "train_trial": 3, "grow": 1, **COMPARED})
    grown.edit("workflow_scripts/textstudy/evaluate/power_law.py", "PARAMETERS = 3", "PARAMETERS = 3\nNEW = 1")
    change(grown, models={**study["models"], "lstm_final": {**study["models"]["lstm_final"], "dropout": 0.3}})
    assert grown.planned() == Counter({"grow": 1, **SHOWN})


def test_trials_of_a_linear_model_never_import_torch(project, monkeypatch):
    (project.folder / "poison").mkdir()
    (project.folder / "poison" / "torch.py").write_text("raise ImportError('torch was imported')\n")
    monkeypatch.setenv("PYTHONPATH", str(project.folder / "poison"))
    change(project, learning_curve={**CURVE, "models": ["linear_nb"]})
    assert project.run("results/studies/tiny/growth.json") == Counter({"train_trial": 3, "grow": 1})


def test_tuning_trains_its_trials_alone(project):
    tuning = {"trials": 2, "models": {"lstm_final": {"training.learning_rate": {"low": 0.001, "high": 0.01}}}}
    change(project, tuning=tuning)
    shown = {**SHOWN, "figures": 10}
    assert project.run() == Counter({"train_trial": 2, "tune": 1, **shown})
    budget = project.read_json("results/studies/tiny/report.json")["tuning"]["lstm_final"]
    assert (budget["source"], budget["trials"], len(budget["curve"])) == ("trials", 2, 2)
    change(project, tuning={**tuning, "trials": 3})
    assert project.planned() == Counter({"train_trial": 1, "tune": 1, **shown})
