"""Where everything lies, for the studies of the project."""

import pytest
import yaml

from paths import ROOT
from textstudy.catalog import load_catalog
from textstudy.layout import Layout, resource_folder

CPU = yaml.safe_load((ROOT / "config" / "cpu.yaml").read_text())


@pytest.fixture(scope="module")
def layout() -> Layout:
    studies = ROOT / "config" / "studies"
    return Layout(load_catalog({**CPU, "studies": ["newsgroups-strategies"]}, studies))


def test_an_overlay_fills_the_encoders_role(layout):
    assert layout.encoders() == {("newsgroups", "wordpieces"): "minilm"}
    assert list(layout.resources().values()) == ["20newsgroups", "glove.6B", "minilm", "nltk_data"]


def test_a_model_reads_only_what_it_needs(layout):
    assert list(layout.model_data("newsgroups", "linear_nb")) == ["split"]
    recurrent = layout.model_data("newsgroups", "bilstm_attention")
    assert recurrent["glove"] == "results/encoded/newsgroups/words/glove-50.safetensors"
    frozen = layout.evaluation_data("newsgroups", "frozen_encoder")
    assert set(frozen) == {"encoding", "features", "split", "encoder"}
    assert frozen["encoder"] == "resources/minilm/manifest.json"


STUDY = {
    "title": "Phases",
    "preparation": {"name": "p", "corpus": {"kind": "demo"}},
    "encodings": {"words": {"tokenizer": "words"}},
    "seeds": [1, 2],
    "phases": [
        {"name": "choose", "models": ["random", "pretrained"]},
        {"name": "tune", "models": ["attending"]},
    ],
    "models": {
        "random": {
            "architecture": "recurrent",
            "embeddings": "random",
            "pooling": "final",
            "training": {"batch_size": 8},
        },
        "pretrained": {"architecture": "recurrent", "pooling": "final", "training": {"batch_size": 8}},
        "attending": {"architecture": "winner", "winner": "choose", "changes": {"pooling": "dot_attention"}},
        "last": {"architecture": "winner", "winner": "tune", "changes": {"training": {"batch_size": 4}}},
    },
}


def phased(tmp_path, **changes) -> Layout:
    (tmp_path / "phased.yaml").write_text(yaml.safe_dump(STUDY | changes, sort_keys=False))
    return Layout(load_catalog({"studies": ["phased"]}, tmp_path))


def test_only_models_that_attend_depend_on_attention(tmp_path):
    layout = phased(tmp_path)
    assert layout.model_modules("p", "random") == ["textstudy.models.recurrent"]
    assert layout.model_modules("p", "attending") == ["textstudy.models.attention", "textstudy.models.recurrent"]
    assert layout.model_modules("p", "last") == layout.model_modules("p", "attending")


def test_an_extension_reads_the_winner_and_the_data_of_every_candidate(tmp_path):
    layout = phased(tmp_path)
    assert "glove" not in layout.model_data("p", "random")
    assert layout.model_data("p", "last") == layout.model_data("p", "pretrained")
    assert layout.winner_data("p", "random") == {}
    assert layout.winner_data("p", "last") == {"winner": "results/phases/p/tune/winner.json"}
    assert layout.selections() == {1: ["results/phases/p/choose/winner.json"], 2: ["results/phases/p/tune/winner.json"]}
    assert layout.catalog.phase_runs("p", "choose") == [
        ("random", 1),
        ("random", 2),
        ("pretrained", 1),
        ("pretrained", 2),
    ]
    assert layout.report_parts("phased")["phases"] == [
        f"results/phases/p/{phase}/ranking.json" for phase in ("choose", "tune")
    ]


def test_a_report_reads_a_file_of_every_run(layout):
    parts = layout.report_parts("newsgroups-strategies")
    assert len(parts["runs"]) == 5 * (3 * 1 + 2 * 3)
    assert "resources/minilm/manifest.json" in parts["manifests"]
    assert "results/encoded/newsgroups/wordpieces/features.json" in parts["encodings"]


def test_names_of_the_hub_become_one_folder():
    assert resource_folder("owner/name") == "resources/owner--name"
    assert resource_folder("./models/mine") == "resources/models--mine"
