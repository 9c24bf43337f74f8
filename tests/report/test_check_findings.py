"""Every verdict of the findings on scores follows from the predictions: recomputed from them, true and exchanged."""

import numpy as np
import pandas as pd
import pytest
from check_findings import Findings, _same
from recompute import Model, Run, Study
from sample import joined, phased

from textstudy.evaluate.comparison import Plan, compare
from textstudy.report.collect.collect import read_pair
from textstudy.report.collect.models import read_scores
from textstudy.report.findings import make_findings

CLASSES, DOCUMENTS = 4, 900


def predictions(accuracy, seed):
    """PREDICTIONS of a run: all runs are right on the same easy documents, and err on the same hard ones."""
    generator = np.random.default_rng(seed)
    labels = np.arange(DOCUMENTS) % CLASSES
    easy = (np.arange(DOCUMENTS) * 0.618034) % 1 + generator.normal(scale=0.01, size=DOCUMENTS)
    predicted = np.where(easy < accuracy, labels, (labels + 1) % CLASSES)
    return pd.DataFrame({
        "id": [f"d{place:03}" for place in range(DOCUMENTS)], "label": labels.astype("int32"),
        "split": ["validation" if place < 300 else "test" for place in range(DOCUMENTS)],
        "predicted": predicted.astype("int32"), "probabilities": list(np.eye(CLASSES, dtype="float32")[predicted]),
    })  # fmt: skip


def measured(report):
    """Return (report whose scores, tests and findings are those of made-up predictions, model → its predictions)."""
    models = report["models"]
    runs = {
        name: [predictions(model["test"]["accuracy"]["mean"], 17 * place + seed) for seed in model["seeds"]]
        for place, (name, model) in enumerate(models.items())
    }
    fixed = [name for name, model in models.items() if model["deterministic"]]
    chosen_from = [name for name, model in models.items() if not model["refits"]]
    comparison, pairs = compare(runs, Plan(chosen_from, deterministic=fixed))
    for name, model in models.items():
        model |= {split: read_scores(comparison, name, split) for split in ("validation", "test")}
    report["pairs"] = [read_pair(row) for row in pairs.to_dict("records")]
    report["study"]["settings"]["comparisons"] = []
    report["reported"]["models"]["bilstm_attention"] = {"test_accuracy": 0.5, "macro_f1": 0.62, "weighted_f1": 0.62}
    for phase in report["phases"]:
        for row in phase["ranking"]:
            row["validation_accuracy"]["mean"] = models[row["model"]]["validation"]["accuracy"]["mean"]
    report["findings"] = make_findings(report)
    return report, runs


def studies_of(report, runs):
    """Return split → the predictions as the tool reads them."""
    found = {}
    for split in ("validation", "test"):
        models = {}
        for name, tables in runs.items():
            rows = [table[table["split"] == split] for table in tables]
            one = [Run(*(list(each[key]) for key in ("label", "predicted", "probabilities"))) for each in rows]
            models[name] = Model(one, report["models"][name]["deterministic"])
        chosen_from = [name for name, model in report["models"].items() if not model["refits"]]
        found[split] = Study(models, {}, chosen_from)
    return found


@pytest.mark.parametrize(
    ("made", "kinds"),
    [
        (
            joined,
            {"best", "baseline", "architecture", "refits", "ensemble", "strategies", "reported_count", "reported"},
        ),
        (phased, {"best", "phase", "word_vectors"}),
    ],
)
def test_findings_follow_the_predictions(made, kinds):
    report, runs = measured(made())
    found = list(Findings(report, studies_of(report, runs)).check())
    assert kinds <= {what.partition(":")[0] for what, _ in found}
    assert [what for what, right in found if not right] == []


@pytest.mark.parametrize("made", [joined, phased])
def test_findings_of_other_predictions_are_found_out(made):
    """The predictions of the best model and of a bad one exchanged: what the report says of them is then wrong."""
    report, runs = measured(made())
    names = list(report["models"])
    scores = {name: report["models"][name]["test"]["accuracy"]["mean"] for name in names}
    best, worst = max(names, key=scores.get), min(names, key=scores.get)
    other = {**runs, best: runs[worst], worst: runs[best]}
    found = list(Findings(report, studies_of(report, other)).check())
    assert not next(right for what, right in found if what.startswith("best:"))
    assert sum(not right for _, right in found) > 1


def test_a_row_that_differs_a_little_is_found_out():
    row = {"difference": 0.0312, "low": -0.01, "spread": None, "expected": [0.1, 0.2], "scope": "runs"}
    assert _same(row, row)
    for key, value in {"difference": 0.0313, "spread": 0.1, "expected": None, "scope": "settings"}.items():
        assert not _same({**row, key: value}, row), key
