"""Typos and explanations on the real DAG: made once, read by all, and stale for the right reasons only."""

from collections import Counter

import pandas as pd
import pytest

pytestmark = pytest.mark.workflow

LIBRARY = "workflow_scripts/textstudy"
REPORTED = {"collect": 1, "figures": 12, "render": 1, "index": 1}
EXAMINED = {
    "perturbations": {
        "documents": 20,
        "shares": [0.1, 0.4],
        "models": ["linear_nb", "lstm_attention", "lstm_defended"],
        "sentence": {"text": "Is it not my engine?", "label": "rec.autos", "variants": 5},
    },
    "explanations": {"models": ["linear_nb", "lstm_attention"], "documents": 3, "words": 4},
}
EXPLAINED = {"explain": 2, "check_explanations": 2}
SCORED = {"score_robustness": 3, "summarize_robustness": 1}


@pytest.fixture(scope="module")
def examined_once(finished, tmp_path_factory):
    """The finished tiny study with typos, explanations and a model that learned from typos, run; not to be changed."""
    project = finished.copy(tmp_path_factory.mktemp("examined") / "copy")
    study = project.study()
    study |= EXAMINED
    study["perturbations"]["sentence"]["label"] = labels(project)[0]
    study["encodings"]["typos"] = {**study["encodings"]["words"], "augmentation": {"share": 0.3}}
    study["models"]["lstm_defended"] = {
        **study["models"]["lstm_attention"],
        "encoding": "typos",
        "temperature_scaling": True,
    }
    project.write_study(study)
    new = {"encode_words": 1, "train_lstm_defended": 1, "evaluate": 1, "describe": 1, "compare": 1, "perturb": 1}
    new |= {**EXPLAINED, "examine_errors": 1, "scrutinize": 1, "card": 1, "measure_costs": 1}
    assert project.run() == Counter({**new, **SCORED, **REPORTED}), "what was there before stays"
    assert project.run() == Counter()
    return project


@pytest.fixture
def examined(examined_once, tmp_path):
    """A copy of it, free to be edited."""
    return examined_once.copy(tmp_path / "copy")


def labels(project) -> list[str]:
    return sorted(pd.read_parquet(project.folder / "results/prepared/tiny/split.parquet")["label"].unique())


def append(project, file):
    path = project.folder / LIBRARY / file
    path.write_text(path.read_text(encoding="utf-8") + "\nNEW = 1\n", encoding="utf-8")


def test_what_is_made_and_what_reruns(examined):
    samples = pd.read_parquet(examined.folder / "results/perturbed/tiny/samples.parquet")
    documents = samples[samples["id"] != "sentence"]
    assert len(documents) == 20 * (1 + 9 * 2) and len(samples) - len(documents) == 1 + 9 * 5
    report = examined.read_json("results/studies/tiny/report.json")
    assert set(report["robustness"]["models"]) == {"linear_nb", "lstm_attention", "lstm_defended"}
    assert set(report["explanations"]) == {"linear_nb", "lstm_attention"}
    html = (examined.folder / "results/studies/tiny/report.html").read_text(encoding="utf-8")
    assert "Robustness" in html

    original = examined.study()
    edits = {
        "one more severity": ({"perturbations": {"shares": [0.1, 0.2, 0.4]}}, {"perturb": 1, **SCORED, **EXPLAINED}),
        "one more model is put to the test": (
            {"perturbations": {"models": [*EXAMINED["perturbations"]["models"], "lstm_final"]}},
            {"score_robustness": 1, "summarize_robustness": 1},
        ),
        "more words are shown": ({"explanations": {"words": 5}}, EXPLAINED),
    }
    for name, (change, expected) in edits.items():
        study = {**original, **{key: {**original[key], **part} for key, part in change.items()}}
        examined.write_study(study)
        assert examined.planned() == Counter({**expected, **REPORTED}), name
    models = {name: {**model, "temperature_scaling": True} for name, model in original["models"].items()}
    examined.write_study({**original, "models": models})
    scaled = {"evaluate": 3, "card": 3, "compare": 1, "examine_errors": 1, "scrutinize": 1, "score_robustness": 2}
    scaled |= {**EXPLAINED, "summarize_robustness": 1}
    assert examined.planned() == Counter({**scaled, **REPORTED}), "nothing is trained"
    examined.write_study({key: value for key, value in original.items() if key not in EXAMINED})
    assert examined.planned() == Counter({**REPORTED, "figures": 10}), "a study without typos"
    examined.write_study(original)


MODULES = {
    "robustness/measures.py": {"summarize_robustness": 1},
    "robustness/score.py": {**SCORED, **EXPLAINED},
    "explain/linear.py": {"explain": 1, "check_explanations": 2},
    "explain/networks.py": {"explain": 1, "check_explanations": 2},
    "explain/faithfulness.py": {"check_explanations": 2},
    "perturb/characters.py": {
        **{"perturb": 1, **EXPLAINED, "encode_words": 1, "train_lstm_defended": 1, "scrutinize": 1},
        **{"evaluate": 1, "describe": 1, "card": 1, "compare": 1, "examine_errors": 1, "measure_costs": 1, **SCORED},
    },
}


def test_which_code_is_behind_what(examined):
    for module, expected in MODULES.items():
        path = examined.folder / LIBRARY / module
        before = path.read_text(encoding="utf-8")
        append(examined, module)
        assert examined.planned() == Counter({**expected, **REPORTED}), module
        path.write_text(before, encoding="utf-8")
