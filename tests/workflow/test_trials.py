"""Trials on the real DAG: they retrain no model, and each is stale for itself."""

from collections import Counter

import numpy as np
import pytest

from textstudy.storage.tables import PREDICTIONS, read_table

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


RATE = {"training.learning_rate": {"low": 0.003, "high": 0.03}}
SEARCH = {"trials": 2, "models": {"lstm_final": {"space": RATE}, "linear_nb": {}}}
NUMBERS = "results/studies/tiny/report.json"
SEARCHED = {"select_trial": 1, "train_lstm_final": 1, "evaluate": 1, "describe": 1, "measure_costs": 1, "compare": 1,
            "examine_errors": 1, "scrutinize": 1, "summarize_search": 1, "collect": 1}  # fmt: skip


@pytest.fixture(scope="module")
def searched_once(finished, tmp_path_factory):
    """The finished tiny study with searches of two of its models, run to its numbers; not to be changed."""
    project = finished.copy(tmp_path_factory.mktemp("searched") / "copy")
    change(project, search=SEARCH)
    two = {"train_trial": 4, "select_trial": 2, "evaluate": 2, "describe": 2, "train_linear_nb": 1}
    assert project.run(NUMBERS) == Counter({**SEARCHED, **two})
    return project


@pytest.fixture
def searched(searched_once, tmp_path):
    """A copy of it, free to be edited."""
    return searched_once.copy(tmp_path / "copy")


def test_a_model_is_trained_with_the_settings_of_its_best_trial(searched):
    best = searched.read_json("results/searches/tiny/lstm_final/best.json")
    run, trial = "results/models/tiny/lstm_final/1", f"results/trials/tiny/lstm_final/settings_{best['trial']}/1"
    assert searched.read_json(f"{run}/settings.json")["settings"] == best["settings"]
    found, tried = (
        read_table(searched.folder / folder / "predictions.parquet", PREDICTIONS).query("split == 'validation'")
        for folder in (run, trial)
    )
    assert np.stack(found["probabilities"].to_list()).tolist() == np.stack(tried["probabilities"].to_list()).tolist()
    report = searched.read_json(NUMBERS)
    budget = report["tuning"]["lstm_final"]
    assert (budget["source"], budget["trials"], len(budget["curve"])) == ("search", 2, 2)
    chosen = budget["tried"][budget["search"]["best"]]["changes"]["training.learning_rate"]
    assert report["models"]["lstm_final"]["settings"]["training"]["learning_rate"] == chosen
    alone = searched.read_json("results/models/tiny/linear_nb/1/training.json")["tried"]
    assert len(alone) == 1, "a searched linear model has no second budget"


def test_each_trial_is_stale_for_itself(searched):
    path = searched.folder / "config/studies/tiny.yaml"
    path.write_text(f"# a comment\n{path.read_text()}")
    assert searched.planned(NUMBERS) == Counter()
    more = {"lstm_final": {"space": RATE, "trials": 3}, "linear_nb": {}}
    change(searched, search={**SEARCH, "models": more})
    assert searched.planned(NUMBERS) == Counter({**SEARCHED, "train_trial": 1})
    wider = {"lstm_final": {"space": {**RATE, "dropout": [0.1, 0.2]}}, "linear_nb": {}}
    change(searched, search={**SEARCH, "models": wider})
    assert searched.planned(NUMBERS) == Counter({**SEARCHED, "train_trial": 2})

    # Another race with the same result trains nothing.
    change(searched, search=SEARCH)
    searched.edit("workflow_scripts/textstudy/evaluate/search.py", "Score = (0.0,", "Score = (-1.0,")
    assert searched.run("phase_0") == Counter({"select_trial": 2})
    assert searched.planned(NUMBERS) == Counter({"summarize_search": 1, "collect": 1})
