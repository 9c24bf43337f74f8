"""On which runs the costs of predictions are measured, for the studies of the project."""

import pytest
import yaml

from paths import ROOT
from textstudy.workflow.catalog import load_catalog
from textstudy.workflow.costs import cost_data, cost_modules, measured_runs, predicts_with_torch
from textstudy.workflow.paths import Layout

STUDY = "newsgroups-backbones"
FOLDER = "results/models/newsgroups"


@pytest.fixture(scope="module")
def layout() -> Layout:
    cpu = yaml.safe_load((ROOT / "config" / "cpu.yaml").read_text())
    return Layout(load_catalog({**cpu, "studies": [STUDY]}, ROOT / "config" / "studies"))


def test_the_first_run_of_each_model_that_predicts_by_itself_is_measured(layout):
    runs, models = measured_runs(layout, STUDY), set(layout.catalog.studies[STUDY].study.models)
    assert {name for name in models - runs.keys() if not name.startswith("ensemble")} == set()
    seeds = layout.catalog.studies[STUDY].study.seeds
    assert runs["bert"]["weights"] == f"{FOLDER}/bert/{seeds[0]}/weights.safetensors"
    assert not any(name.startswith("ensemble") for name in runs), "their costs are those of their members"


def test_everything_that_is_read_is_declared(layout):
    runs, declared = measured_runs(layout, STUDY), cost_data(layout, STUDY)
    files = {*declared["files"], declared["split"]}
    assert all(set(run.values()) <= files for run in runs.values())
    modules = cost_modules(layout, STUDY)
    assert "textstudy.evaluate.networks" in modules and "textstudy.models.linear" in modules
    assert predicts_with_torch(layout, STUDY)


def test_a_study_of_linear_models_asks_for_no_gpu(tmp_path):
    preparation = {"name": "p", "corpus": {"kind": "demo"}}
    study = {"title": "Words", "preparation": preparation, "models": {"linear": {"architecture": "linear"}}}
    (tmp_path / "words.yaml").write_text(yaml.safe_dump(study))
    layout = Layout(load_catalog({"studies": ["words"]}, tmp_path))
    assert not predicts_with_torch(layout, "words") and cost_modules(layout, "words") == ["textstudy.models.linear"]
