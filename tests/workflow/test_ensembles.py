"""Ensembles and refits on the real DAG: what they read, what makes them stale, and what they may not learn from."""

import re
import subprocess
import sys
from collections import Counter

import numpy as np
import pandas as pd
import pytest

pytestmark = pytest.mark.workflow

LIBRARY = "workflow_scripts/textstudy"
REPORTED = {"compare": 1, "examine_errors": 1, "scrutinize": 1, "collect": 1, "figures": 10, "render": 1, "index": 1}
MODELS = {
    "both": {
        "architecture": "ensemble",
        "members": ["linear_nb", "lstm_attention"],
        "method": "pool",
        "temperature_scaling": True,
    },
    "memorised": {
        "architecture": "ensemble",
        "members": ["linear_nb", "lstm_attention"],
        "method": "learned",
        "fitted_on": "train",
        "training": {"epochs": 3, "batch_size": 64},
    },
    "sure_first": {"architecture": "cascade", "members": ["linear_nb", "lstm_attention"]},
    "linear_nb_refit": {"architecture": "refit", "model": "linear_nb"},
    "lstm_attention_refit": {"architecture": "refit", "model": "lstm_attention"},
    "both_refit": {"architecture": "refit", "model": "both"},
}
TRAINED = {f"train_{name}": 1 for name in MODELS}


@pytest.fixture(scope="module")
def joined_once(finished, tmp_path_factory):
    """The finished tiny study with two ensembles and the refits of one and of its members, run; not to be changed."""
    project = finished.copy(tmp_path_factory.mktemp("joined") / "copy")
    study = project.study()
    study["models"] |= MODELS
    project.write_study(study)
    # The members are evaluated once more: on what they were trained on, for the ensemble that is fitted there.
    evaluated = {"evaluate": 4, "evaluate_ensemble": 4, "card": 8, "measure_costs": 1}
    assert project.run() == Counter({**TRAINED, **evaluated, **REPORTED})
    assert project.run() == Counter()
    return project


@pytest.fixture
def joined(joined_once, tmp_path):
    """A copy of it, free to be edited."""
    return joined_once.copy(tmp_path / "copy")


def predictions(project, model: str, split: str) -> pd.DataFrame:
    table = pd.read_parquet(project.folder / f"results/models/tiny/{model}/1/predictions.parquet")
    return table[table["split"] == split].set_index("id")


def test_what_ensembles_and_refits_predict(joined):
    for name in MODELS:
        assert len(predictions(joined, name, "test")) == len(predictions(joined, "linear_nb", "test"))
    assert len(predictions(joined, "lstm_attention", "train")) > 0
    assert len(predictions(joined, "lstm_final", "train")) == 0, "no ensemble asks for it"
    for base in ("linear_nb", "lstm_attention", "both"):
        before, after = (predictions(joined, name, "validation") for name in (base, f"{base}_refit"))
        assert after["predicted"].equals(before["predicted"]), "a refit has learned from these documents"
        before, after = (predictions(joined, name, "test") for name in (base, f"{base}_refit"))
        assert not np.allclose(np.stack(before["probabilities"]), np.stack(after["probabilities"]))
    training = joined.read_json("results/models/tiny/lstm_attention_refit/1/training.json")
    base = joined.read_json("results/models/tiny/lstm_attention/1/training.json")
    assert len(training["epoch_seconds"]) == base["best_epoch"]
    for name in ("both", "memorised", "both_refit", "sure_first"):
        card_predicts_what_was_evaluated(joined, name)
    report = joined.read_json("results/studies/tiny/report.json")["models"]
    asked = report["sure_first"]["chosen"][0]["asked"]
    assert asked["linear_nb"] == 1 and 0 <= asked["lstm_attention"] <= 1
    assert report["both_refit"]["refits"] == "both" and report["both_refit"]["architecture"] == "ensemble"


HELD_AGAINST_EVALUATE = """
import sys
import numpy as np
import pandas as pd
table = pd.read_parquet(f"results/models/tiny/{sys.argv[1]}/1/predictions.parquet").query("split == 'test'")
texts = pd.read_parquet("results/prepared/tiny/split.parquet").set_index("id").loc[table["id"], "text"]
np.testing.assert_allclose(model.predict_proba(texts, clean=False), np.stack(table["probabilities"]), atol=1e-5)
"""


def card_predicts_what_was_evaluated(project, model: str):
    """The code of a card makes the predictions of its run, from those of the members."""
    text = (project.folder / f"results/models/tiny/{model}/1/README.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)\n```", text, flags=re.S)[1] + HELD_AGAINST_EVALUATE
    subprocess.run([sys.executable, "-c", code, model], cwd=project.folder, check=True)


def test_an_ensemble_is_stale_with_its_members_and_never_loads_them(joined):
    path = joined.folder / LIBRARY / "models/attention.py"
    before = path.read_text(encoding="utf-8")
    path.write_text(before + "\nNEW = 1\n", encoding="utf-8")
    affected = ("lstm_attention", "lstm_attention_refit", "both", "memorised", "both_refit", "sure_first")
    trained = {f"train_{name}": 1 for name in affected}
    again = {"evaluate": 2, "evaluate_ensemble": 4, "describe": 1, "card": 6, "measure_costs": 1}
    assert joined.planned() == Counter({**trained, **again, **REPORTED})
    path.write_text(before, encoding="utf-8")

    joined.edit(f"{LIBRARY}/train/combiners.py", "FOLDS = 5", "FOLDS = 4")
    joins = ("both", "memorised", "both_refit", "sure_first")
    trained = {f"train_{name}": 1 for name in joins}
    assert joined.planned() == Counter({**trained, "evaluate_ensemble": 4, "card": 4, **REPORTED})
    joined.edit(f"{LIBRARY}/train/combiners.py", "FOLDS = 4", "FOLDS = 5")

    study = joined.study()
    study["models"]["sure_first"]["loss"] = 0.02
    joined.write_study(study)
    alone = {"train_sure_first": 1, "evaluate_ensemble": 1, "card": 1}
    assert joined.planned() == Counter({**alone, **REPORTED}), "no cost is measured again"


def test_a_temperature_of_an_ensemble_is_fitted_once_and_taken_over_by_its_refit(joined):
    both, refit, memorised = (
        joined.read_json(f"results/models/tiny/{name}/1/calibration.json")
        for name in ("both", "both_refit", "memorised")
    )
    assert (
        both["temperature"] == refit["temperature"]
        and memorised["temperature"] is None
        and both["answers"] == refit["answers"]
    )
    report = joined.read_json("results/studies/tiny/report.json")["models"]
    assert report["both_refit"]["temperature"]["values"] == [both["temperature"]]
    assert report["both_refit"]["settings"]["temperature_scaling"] and report["memorised"]["temperature"] is None
    study = joined.study()
    del study["models"]["both"]["temperature_scaling"]
    joined.write_study(study)
    assert joined.planned() == Counter({"evaluate_ensemble": 2, "card": 2, **REPORTED}), "no fit is repeated"
