"""report.json from the files of runs: models that extend a winner, collapsed runs, parts that a study lacks."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from robust import explained
from sample import cells, choice, pair, sample

from textstudy.errors import StudyError
from textstudy.report.collect.collect import collect
from textstudy.settings.models import AS_MODEL
from textstudy.storage.files import read_json, write_json

BASE = AS_MODEL.validate_python({"architecture": "recurrent", "cell": "lstm", "dropout": 0.3}).model_dump(mode="json")
EXTENSION = {"architecture": "winner", "title": "the winner, dropped", "winner": "choose", "changes": {"dropout": 0.6}}
SIZE = {"total": 5, "trainable": 5, "frozen": 0}
ABSENT = ("ledger", "encodings", "manifests", "architectures", "errors", "scrutiny", "robustness", "explanations",
          "faithfulness", "baseline", "changes", "growth", "search", "exports")  # fmt: skip
SETTINGS = {
    "title": "A study", "description": "", "reported": None, "search": None, "memory_limit_gb": 2.0,
    "preparation": {"corpus": {"kind": "demo", "name": "demo"}}, "encodings": {"words": {"tokenizer": "words"}},
    "models": {"base": BASE, "dropped": EXTENSION},
    "phases": [{"name": "choose", "title": "which", "models": ["base"]}],
}  # fmt: skip


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, value)
    return path


def of_test(*, confusion, collapsed):
    rows = [{"label": label, "support": sum(row), "precision": 0.5, "recall": 0.5, "f1": 0.5}
            for label, row in zip("ab", confusion, strict=True)]  # fmt: skip
    return {"per_class": rows, "confusion": cells(confusion), "expected_calibration_error": 0.1, "collapsed": collapsed}


def costs_of(models):
    """Return costs.json of some models: three rounds, the last of them slow."""
    found = {"seed": 1, "device": "cpu", "latency_ms": [0.9, 1.1, 4.0], "latency_ms_p95": [2.0, 2.0, 9.0],
             "cpu_ms": [0.9, 1.0, 1.1], "documents_per_second": [900.0, 1000.0, 200.0],
             "memory_mb": [50.0, 40.0, 45.0], "device_memory_mb": None}  # fmt: skip
    return {"models": dict.fromkeys(models, found), "rounds": 3, "threads": 1, "documents": 40, "batch_documents": 100,
            "cores": 2, "load_before": 2.0, "load_during": [1.4, 1.2, 1.3], "other_cores": [0.1, 0.1, 0.1]}  # fmt: skip


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
    epoch = {"epoch": 1, "train_accuracy": 0.6, "validation_accuracy": 0.7, **losses, **course}
    for model, settings in resolved.items():
        contents = {
            "training": {"parameters": SIZE, "seconds": 1.0, "cpu_seconds": 0.9, "epoch_seconds": [1.0],
                         "peak_memory_mb": 9.0, "train_accuracy": 0.9,
                         "load_average": {"start": 0.5, "end": 1.5, "cores": 2},
                         "best_epoch": 1, "diagnosis": [], "device": "cpu", "precision": "float32",
                         "energy_joules": {"processor": 36.0}},
            "metrics": {"test": tests[model]}, "history": [epoch], "calibration": {"temperature": None},
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
        "costs": [write(tmp_path / "costs.json", costs_of([*resolved, "both", "again"]))],
    }  # fmt: skip
    comparison = pd.DataFrame(
        [{"model": model, "split": split, "metric": "accuracy", "mean": 0.6, "low": 0.5, "high": 0.7, "spread": None,
          "as_trained": np.array([0.5, 0.7]), "expected": None, "grouped_by": None, "scope": "runs"}
         for model in resolved for split in ("validation", "test")]
    )  # fmt: skip
    study = {"name": "s", "settings": {**SETTINGS, "seeds": [1]}, "scaled": [], "encoders": {},
             "corpus": {"synthetic": True}, "exposure": None}  # fmt: skip
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
    contents = {stem: read_json(path) for stem, path in runs.items()}
    weights = {"weights": {"base": 0.6, "dropped": 0.5}}
    made = {
        "both": {"training": {**contents["training"], "members": {"base": 5, "dropped": 5}, "chosen": weights,
                              "best_epoch": None},
                 "settings": {"settings": settings, "code": "c0de", "members": ["base", "dropped"]}, "history": []},
        "again": {"history": [{"epoch": 1, "train_accuracy": 0.9}], "training": contents["training"] | {
                  "device": "cpu", "precision": "bfloat16", "unused_gpu": "why"}},
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
    assert found["again"]["devices"] == [{"device": "cpu", "precision": "bfloat16", "unused_gpu": "why"}]
    assert found["base"]["devices"] == [{"device": "cpu", "precision": "float32", "unused_gpu": None}]
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
    robustness = {"documents": 3, "settings": {}, "models": {}, "sentence": None, "groups": None, "chance": 0.5,
                  "edited_enough": 0.5, "fewest_edited": 10, **empty}  # fmt: skip
    arguments["parts"]["robustness"] = [write(tmp_path / "studies/s/robustness.json", robustness)]
    explanation = explained(sample())["explanations"]["linear_nb"]
    arguments["parts"]["faithfulness"] = [write(tmp_path / "base.json", explanation.pop("faithfulness"))]
    arguments["parts"]["explanations"] = [
        write(tmp_path / f"models/p/base/{seed}/explanations.json", {**explanation, "sample": seed})
        for seed in (2, 1)
    ]  # fmt: skip
    report = collect(**arguments)
    assert report["robustness"] == robustness
    assert list(report["explanations"]) == ["base"]
    assert (report["explanations"]["base"]["seed"], report["explanations"]["base"]["sample"]) == (1, 1)
    assert "explanations of base" in next(item["text"] for item in report["findings"] if item["kind"] == "faithfulness")


def test_parts_that_a_study_does_not_have_are_empty(arguments):
    arguments["parts"] |= {"phases": [], "benchmarks": []}
    models = {"base": SETTINGS["models"]["base"]}
    arguments["study"]["settings"] |= {"phases": [], "models": models, "memory_limit_gb": None}
    report = collect(**arguments)
    assert report["phases"] == [] and report["memory"] == {"limit_gb": None, "steps": []}
    assert report["robustness"] is None and report["explanations"] == {} and report["changes"] is None


def test_a_file_of_another_form_is_refused_by_name(arguments):
    (path,) = arguments["parts"]["costs"]
    found = read_json(path)
    write(path, {**found, "threads": "one"})
    with pytest.raises(StudyError, match=r"models\.base\.inference\.threads \(Input should be a valid integer\)"):
        collect(**arguments)


def test_costs_are_medians_over_the_rounds_with_the_lowest_and_the_highest(arguments):
    report = collect(**arguments)
    found = report["models"]["base"]["inference"]
    assert [found[f"latency_ms_{key}"] for key in ("low", "median", "high")] == [0.9, 1.1, 4.0]
    assert (found["cpu_ms"], found["memory_mb"], found["device_memory_mb"]) == (1.0, 50.0, None)
    seconds = report["models"]["base"]["seconds"]
    assert (seconds["train"], seconds["train_low"], seconds["train_high"], seconds["cpu"]) == (1.0, 1.0, 1.0, 0.9)
    assert report["costs"]["other_cores"] == pytest.approx(0.1) and not report["costs"]["busy"]
    assert report["costs"]["load_during"] == 1.4 and report["costs"]["training_load"] == 1.5


def test_a_machine_is_busy_where_other_programs_use_a_tenth_of_it(arguments):
    (path,) = arguments["parts"]["costs"]
    write(path, {**read_json(path), "other_cores": [0.1, 0.4, 0.1], "load_during": [2.5, 3.2, 3.0]})
    report = collect(**arguments)
    assert report["costs"]["busy"]
    (found,) = [item for item in report["findings"] if item["kind"] == "busy"]
    assert found["text"] == "The times to classify were measured while the machine was busy: load 3.2 on 2 cores."
    assert "Other programs used 0.2 of the 2 cores on average." in found["details"]


def test_the_gap_compares_two_accuracies_without_dropout(arguments):
    """The running mean of the epoch, with dropout, is below that of validation here."""
    assert collect(**arguments)["models"]["base"]["gap"] == pytest.approx(0.2)
