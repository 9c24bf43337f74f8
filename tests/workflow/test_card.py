"""What model cards are made of, for the studies of the project."""

import pytest
import yaml

from paths import ROOT
from textstudy.workflow.card import card_files, card_parts, describe_run
from textstudy.workflow.catalog import load_catalog
from textstudy.workflow.paths import Layout

CPU = yaml.safe_load((ROOT / "config" / "cpu.yaml").read_text())


@pytest.fixture(scope="module")
def layout() -> Layout:
    studies = ROOT / "config" / "studies"
    return Layout(load_catalog({**CPU, "studies": ["newsgroups-backbones"]}, studies))


def test_every_run_has_one_card(layout):
    found = card_files(layout)
    runs = {run for study in layout.catalog.studies for run in layout.runs(study)}
    assert len(found) == len(runs) == len(set(found)) and all(path.endswith("/README.md") for path in found)


def test_a_card_reads_the_manifests_of_what_its_run_was_made_from(layout):
    assert card_parts(layout, "newsgroups", "linear_nb")["manifests"] == ["resources/20newsgroups/manifest.json"]
    assert card_parts(layout, "newsgroups", "bert")["manifests"][1:] == ["resources/minilm/manifest.json"]
    # The ensemble reads predictions alone; what its members were made from is its matter all the same.
    assert card_parts(layout, "newsgroups", "ensemble_all") == card_parts(layout, "newsgroups", "bert")


def test_what_a_study_says_of_a_run(layout):
    frozen = describe_run(layout, "newsgroups", "bert_frozen_refit", "1")
    assert frozen["refits"] == "bert_frozen" and frozen["study"] == "newsgroups-backbones"
    hub = "sentence-transformers/all-MiniLM-L6-v2"
    assert frozen["encoder"] == {"role": "bert-base-uncased", "resource": "minilm", "hub": hub}
    assert set(frozen["files"]) == {"encoding", "features", "encoder"}
    assert frozen["files"]["encoder"] == "resources/minilm/files"
    assert frozen["encoding"]["maximum_length"] == 256

    joined = describe_run(layout, "newsgroups", "ensemble_all_refit", "1")
    assert joined["members"]["linear_nb_refit"] == "results/models/newsgroups/linear_nb_refit/1"
    assert joined["members"]["bert"] == "results/models/newsgroups/bert/1", "which has no refit"
    assert joined["files"] == {} and joined["encoding"] is None and joined["encoder"] is None


def test_an_encoder_of_ones_own_has_no_name_on_the_hub():
    config = {**CPU, "studies": ["newsgroups-backbones"], "encoders": {"bert-base-uncased": "./mine"}}
    layout = Layout(load_catalog(config, ROOT / "config" / "studies"))
    encoder = describe_run(layout, "newsgroups", "bert", "1")["encoder"]
    assert encoder == {"role": "bert-base-uncased", "resource": "./mine", "hub": None}
