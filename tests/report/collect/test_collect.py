"""report.json from the files of runs: models that extend a winner, collapsed runs, parts that a study lacks."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from robust import explained
from sample import choice, pair, sample

from textstudy.errors import StudyError
from textstudy.report.collect.collect import collect
from textstudy.settings.models import AS_MODEL

BASE = AS_MODEL.validate_python({"architecture": "recurrent", "cell": "lstm", "dropout": 0.3}).model_dump(mode="json")
EXTENSION = {"architecture": "winner", "title": "the winner, dropped", "winner": "choose", "changes": {"dropout": 0.6}}
SIZE = {"total": 5, "trainable": 5, "frozen": 0}
ABSENT = ("ledger", "encodings", "manifests", "architectures", "errors", "robustness", "explanations", "baseline",
          "changes")  # fmt: skip
SETTINGS = {
    "title": "A study", "description": "", "reported": None, "memory_limit_gb": 2.0,
    "preparation": {"corpus": {"kind": "demo", "name": "demo"}}, "encodings": {"words": {"tokenizer": "words"}},
    "models": {"base": BASE, "dropped": EXTENSION},
    "phases": [{"name": "choose", "title": "which", "models": ["base"]}],
}  # fmt: skip


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))
    return path


def of_test(*, confusion, collapsed):
    rows = [{"label": label, "support": sum(row), "precision": 0.5, "recall": 0.5, "f1": 0.5}
            for label, row in zip("ab", confusion, strict=True)]  # fmt: skip
    return {"per_class": rows, "confusion": confusion, "expected_calibration_error": 0.1, "collapsed": collapsed}


@pytest.fixture
def arguments(tmp_path):
    """Return the arguments of `collect`: two models of one seed each; the second extends the first and collapsed."""
    made_up, runs = sample(), []
    resolved = {"base": BASE, "dropped": {**BASE, "dropout": 0.6}}
    tests = {
        "base": of_test(confusion=[[8, 2], [4, 6]], collapsed=False),
        "dropped": of_test(confusion=[[0, 10], [1, 9]], collapsed=True),
    }
    losses = {"train_loss": 0.3, "validation_loss": 0.6, "validation_macro_f1": 0.7}
    course = {"learning_rate": 0.001, "gradient_norm": 1.0}
    epoch = {"epoch": 1, "train_accuracy": 0.9, "validation_accuracy": 0.7, **losses, **course}
    for model, settings in resolved.items():
        contents = {
            "training": {"parameters": SIZE, "seconds": 1.0, "epoch_seconds": [1.0], "peak_memory_mb": 9.0,
                         "best_epoch": 1, "diagnosis": [], "device": "cpu", "precision": "float32",
                         "energy_joules": {"processor": 36.0}},
            "metrics": {"test": tests[model]}, "history": [epoch],
            "efficiency": made_up["models"]["linear_nb"]["inference"],
            "settings": {"settings": settings, "code": "c0de"},
        }  # fmt: skip
        runs += [write(tmp_path / f"models/p/{model}/1/{name}.json", value) for name, value in contents.items()]
    row = {"rank": 1, "model": "base", "validation_accuracy": {"mean": 0.7, "spread": None, "by_run": [0.7]},
           "validation_loss": {"mean": 0.6, "spread": None, "by_run": [0.6]}, "parameters": SIZE}  # fmt: skip
    benchmark = tmp_path / "benchmarks/train/p-base-1.tsv"
    benchmark.parent.mkdir(parents=True)
    benchmark.write_text("s\tmax_rss\n1.0\t2000.0\n")
    parts = {
        **dict.fromkeys(ABSENT, []), "runs": runs,
        "corpus": [write(tmp_path / "corpus.json", {**made_up["corpus"], "labels": ["a", "b"]})],
        **{part: [write(tmp_path / f"{part}.json", made_up[part])] for part in ("audit", "leakage")},
        "phases": [write(tmp_path / "phases/choose/ranking.json", {"phase": "choose", "ranking": [row]})],
        "benchmarks": [benchmark],
    }  # fmt: skip
    comparison = pd.DataFrame(
        [{"model": model, "split": split, "metric": "accuracy", "mean": 0.6, "low": 0.5, "high": 0.7, "spread": None,
          "as_trained": np.array([0.5, 0.7]), "expected": None, "grouped_by": None, "scope": "runs"}
         for model in resolved for split in ("validation", "test")]
    )  # fmt: skip
    study = {"name": "s", "settings": {**SETTINGS, "seeds": [1]}, "scaled": [], "encoders": {},
             "corpus": {"synthetic": True}}  # fmt: skip
    return {
        "study": study,
        "parts": parts,
        "comparison": comparison,
        "pairs": pd.DataFrame(),
        "steps": {},
        "command": "again",
    }


def test_a_model_that_extends_a_winner_has_the_settings_with_which_it_ran(arguments):
    report = collect(**arguments)
    model = report["models"]["dropped"]
    assert (model["architecture"], model["title"]) == ("recurrent", "the winner, dropped")
    assert model["settings"] == {**BASE, "dropout": 0.6}
    assert model["extends"] == {"phase": "choose", "model": "base", "changes": {"dropout": 0.6}}
    assert report["models"]["base"]["extends"] is None and report["models"]["base"]["settings"] == BASE
    assert report["phases"][0]["winner"] == "base"


def test_scores_and_comparisons_are_those_of_their_tables(arguments):
    tested = pair("base", "dropped", 0.1, significant=True)
    arguments["pairs"] = pd.DataFrame([
        {**tested, "spreads": np.array([np.nan, 0.02])}, {**tested, "split": "validation", "grouped_by": "thread"},
    ])  # fmt: skip
    report = collect(**arguments)
    score = report["models"]["base"]["test"]["accuracy"]
    assert (score["as_trained"], score["expected"], score["spread"], score["scope"]) == ([0.5, 0.7], None, None, "runs")
    assert [each["spreads"] for each in report["pairs"]] == [[None, 0.02], tested["spreads"]]
    assert [each["grouped_by"] for each in report["pairs"]] == [None, "thread"]


def test_a_collapsed_run_is_read_from_the_metrics(arguments):
    models = collect(**arguments)["models"]
    assert models["base"]["collapsed"] == []
    assert models["dropped"]["collapsed"] == [{"seed": 1, "label": "b", "share": 0.95, "true_share": 0.5}]


def test_an_ensemble_has_its_members_and_a_refit_its_base(arguments):
    """Both have no history on validation: the ensemble has no epochs, the refit learned from those documents."""
    settings = {"architecture": "ensemble", "title": "", "members": ["base", "dropped"], "method": "pool"}
    runs = {Path(path).stem: Path(path) for path in arguments["parts"]["runs"] if "base" in path.parts}
    contents = {stem: json.loads(path.read_text()) for stem, path in runs.items()}
    weights = {"weights": {"base": 0.6, "dropped": 0.5}}
    made = {
        "both": {"training": {**contents["training"], "members": {"base": 5, "dropped": 5}, "chosen": weights,
                              "best_epoch": None},
                 "settings": {"settings": settings, "code": "c0de", "members": ["base", "dropped"]}, "history": []},
        "again": {"history": [{"epoch": 1, "train_accuracy": 0.9}], "training": contents["training"] | {
                  "device": "cuda", "precision": "bfloat16"}},
    }  # fmt: skip
    folder = runs["training"].parents[2]
    for name, changed in made.items():
        files = {stem: write(folder / name / "1" / f"{stem}.json", value)
                 for stem, value in (contents | changed).items()}  # fmt: skip
        arguments["parts"]["runs"] += files.values()
    models = SETTINGS["models"] | {"both": settings, "again": {"architecture": "refit", "title": "", "model": "base"}}
    arguments["study"]["settings"] |= {"models": models}
    found = collect(**arguments)["models"]
    assert found["both"]["members"] == {"base": 5, "dropped": 5} and found["both"]["chosen"] == [choice(**weights)]
    assert found["both"]["refits"] is None and found["base"]["members"] is None
    assert found["again"]["refits"] == "base" and found["again"]["architecture"] == "recurrent"
    assert found["again"]["devices"] == [{"device": "cuda", "precision": "bfloat16"}]
    assert found["both"]["history"] == found["again"]["history"] == []
    assert found["again"]["gap"] is None and found["both"]["gap"] is None


def test_memory_is_that_of_the_benchmarks(arguments):
    memory = collect(**arguments)["memory"]
    assert memory["limit_gb"] == 2.0
    assert memory["steps"] == [
        {"step": "train", "job": "p-base-1", "peak_mb": pytest.approx(2097.152), "limit_exceeded": True}
    ]


def test_robustness_and_explanations_are_those_of_their_files(arguments, tmp_path):
    empty = {key: [] for key in ("samples", "pairs", "ranking", "examples")}
    robustness = {"documents": 3, "settings": {}, "models": {}, "sentence": None, **empty}
    arguments["parts"]["robustness"] = [write(tmp_path / "studies/s/robustness.json", robustness)]
    explanation = explained(sample())["explanations"]["linear_nb"]
    arguments["parts"]["explanations"] = [
        write(tmp_path / f"models/p/base/{seed}/explanations.json", {**explanation, "sample": seed})
        for seed in (2, 1)
    ]  # fmt: skip
    report = collect(**arguments)
    assert report["robustness"] == robustness
    assert list(report["explanations"]) == ["base"]
    assert (report["explanations"]["base"]["seed"], report["explanations"]["base"]["sample"]) == (1, 1)
    assert "base (+9.0" in next(item["text"] for item in report["findings"] if item["kind"] == "faithfulness")


def test_parts_that_a_study_does_not_have_are_empty(arguments):
    arguments["parts"] |= {"phases": [], "benchmarks": []}
    models = {"base": SETTINGS["models"]["base"]}
    arguments["study"]["settings"] |= {"phases": [], "models": models, "memory_limit_gb": None}
    report = collect(**arguments)
    assert report["phases"] == [] and report["memory"] == {"limit_gb": None, "steps": []}
    assert report["robustness"] is None and report["explanations"] == {} and report["changes"] is None


def test_a_file_with_a_key_missing_is_refused_by_name(arguments):
    path = next(path for path in arguments["parts"]["runs"] if path.match("base/1/efficiency.json"))
    found = json.loads(path.read_text())
    write(path, {key: value for key, value in found.items() if key != "threads"})
    with pytest.raises(StudyError, match=r"models\.base\.inference\.threads \(Field required\)"):
        collect(**arguments)
