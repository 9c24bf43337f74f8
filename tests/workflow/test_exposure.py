"""What is known of what encoders may have read before."""

import pytest
import yaml

from paths import ROOT
from textstudy.workflow.catalog import load_catalog
from textstudy.workflow.exposure import exposure
from textstudy.workflow.paths import Layout

ENCODER = {"architecture": "pretrained", "encoding": "pieces", "strategy": "freeze"}


def found(tmp_path, corpus, **more):
    study = {
        "title": "A study",
        "preparation": {"name": "p", "corpus": corpus},
        "encodings": {"pieces": {"tokenizer": "wordpieces", "encoder": more.pop("encoder", "bert-base-uncased")}},
        "models": {"nb": {"architecture": "linear", "classifier": "complement_nb"}, "bert": ENCODER},
        **more,
    }
    (tmp_path / "s.yaml").write_text(yaml.safe_dump(study))
    return exposure(Layout(load_catalog({"studies": ["s"]}, tmp_path)), "s")


OWN = {"kind": "table", "name": "own", "path": "data/own.csv"}


@pytest.mark.parametrize(
    ("corpus", "said", "public", "published"),
    [
        ({"kind": "newsgroups"}, {}, True, 1995),
        ({"kind": "sst"}, {}, True, 2013),
        ({"kind": "table", "name": "hub", "hub": "owner/name"}, {}, True, None),
        ({"kind": "demo"}, {}, False, None),
        (OWN, {}, None, None),
        (OWN, {"published": 2019}, True, 2019),
    ],
)
def test_whether_a_corpus_is_public(tmp_path, corpus, said, public, published):
    assert found(tmp_path, corpus, data_statement=said)["corpus"] == {"public": public, "published": published}


def test_only_models_that_start_from_an_encoder_are_named(tmp_path):
    (reader,) = found(tmp_path, OWN)["readers"]
    assert (reader["resource"], reader["kind"], reader["models"]) == ("bert-base-uncased", "encoder", ["bert"])
    assert reader["published"] == 2018 and "Wikipedia" in reader["learned_from"]
    (reader,) = found(tmp_path, OWN, encoder="owner/other@v1")["readers"]
    assert reader["published"] is None and reader["card"] == "https://huggingface.co/owner/other"


def test_every_study_of_the_project_is_told():
    for study in ("newsgroups-strategies", "sst5-recurrent", "demo"):
        told = exposure(Layout(load_catalog({"studies": [study]}, ROOT / "config" / "studies")), study)
        assert all(reader["learned_from"] and reader["card"] for reader in told["readers"])
        assert bool(told["readers"]) == (study != "demo")
