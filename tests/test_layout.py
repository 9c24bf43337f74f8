"""Where everything lies, for the studies of the project."""

import pytest
import yaml

from paths import ROOT
from textstudy.catalog import load_catalog
from textstudy.layout import Layout, model_modules, resource_folder

CPU = yaml.safe_load((ROOT / "config" / "cpu.yaml").read_text())


@pytest.fixture(scope="module")
def layout() -> Layout:
    studies = ROOT / "config" / "studies"
    return Layout(load_catalog({**CPU, "studies": ["newsgroups-strategies"]}, studies))


def test_an_overlay_fills_the_encoders_role(layout):
    assert layout.encoders() == {("newsgroups", "wordpieces"): "minilm"}
    assert layout.resources() == {"20newsgroups": "20newsgroups", "glove.6B": "glove.6B", "minilm": "minilm"}


def test_a_model_reads_only_what_it_needs(layout):
    models = {name: model for (_, name), model in layout.catalog.models.items()}
    assert list(layout.model_data("newsgroups", models["linear_nb"])) == ["split"]
    recurrent = layout.model_data("newsgroups", models["bilstm_attention"])
    assert recurrent["glove"] == "results/encoded/newsgroups/words/glove-50.safetensors"
    frozen = layout.evaluation_data("newsgroups", models["frozen_encoder"])
    assert set(frozen) == {"encoding", "features", "split", "encoder"}
    assert frozen["encoder"] == "resources/minilm/manifest.json"


def test_only_models_that_attend_depend_on_attention(layout):
    model = layout.catalog.models["newsgroups", "bilstm_attention"]
    assert model_modules(model) == ["textstudy.models.recurrent", "textstudy.models.attention"]
    assert model_modules(model.model_copy(update={"pooling": "final"})) == ["textstudy.models.recurrent"]


def test_a_report_reads_a_file_of_every_run(layout):
    parts = layout.report_parts("newsgroups-strategies")
    assert len(parts["runs"]) == 5 * (3 * 1 + 2 * 3)
    assert "resources/minilm/manifest.json" in parts["manifests"]
    assert "results/encoded/newsgroups/wordpieces/features.json" in parts["encodings"]


def test_names_of_the_hub_become_one_folder():
    assert resource_folder("owner/name") == "resources/owner--name"
    assert resource_folder("./models/mine") == "resources/models--mine"
