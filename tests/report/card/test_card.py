"""Model cards: readable by the library of the hub, safe, and with code that runs."""

import ast
import json
import re
from pathlib import Path

import pytest
import yaml
from huggingface_hub import ModelCard
from sample import cells

from textstudy.report.card.card import write_card
from textstudy.settings.data import Preparation

HOSTILE = "---\nx: y\n``` <script>alert(1)</script> |a| [b](javascript:c) {{ 7*7 }} #d"
PREPARATION = {
    "name": "plain",
    "corpus": {"kind": "newsgroups", "name": "newsgroups", "resource": "20newsgroups"},
    "clean": {"headers": True, "quotes": True, "signatures": True, "blocks": False, "content_words": False,
              "minimum_characters": 50, "maximum_words": 400},
}  # fmt: skip
CORPUS = {"name": "20newsgroups", "licence": "none stated; research", "source": "https://a.org/b", "citation": "Lang"}
ENCODER = {"name": "minilm", "licence": "Apache-2.0", "source": "hub:x/y", "citation": "Wang"}
DESCRIBED = {
    "model": "bert_frozen", "seed": 2, "title": "BERT, frozen", "refits": None, "phase": None, "trials": 0,
    "study": "first",
    "corpus": {"origin": None, "language": "en", "synthetic": False},
    "preparation": PREPARATION, "encoding": {"tokenizer": "wordpieces", "maximum_length": 256},
    "encoder": {"role": "bert-base-uncased", "resource": "minilm", "hub": "sentence-transformers/all-MiniLM-L6-v2"},
    "files": {"encoding": "results/encoded/plain/pieces/encoding.arrow", "encoder": "resources/minilm"},
    "members": {},
}  # fmt: skip
LABELS = ["autos", "space"]


def scores(accuracy: float) -> dict:
    row = {"precision": accuracy, "recall": accuracy, "f1": accuracy, "support": 50}
    return {
        "documents": 100, "accuracy": accuracy, "macro_f1": accuracy - 0.01, "weighted_f1": accuracy - 0.02,
        "macro_precision": accuracy, "macro_recall": accuracy, "log_loss": 0.5, "brier_score": 0.3,
        "expected_calibration_error": 0.0789,
        "per_class": [{"label": label, **row} for label in LABELS], "confusion": cells([[40, 10], [20, 30]]),
        "best_class": "autos", "worst_class": "space", "collapsed": False,
    }  # fmt: skip


def facts(preparation: dict) -> dict:
    """Return what the workflow states of the corpus of a preparation."""
    return Preparation.model_validate({"name": "plain", "corpus": preparation["corpus"]}).corpus.facts()


def run_files(made: dict | None = None, **settings) -> dict:
    settings = made or {"architecture": "pretrained", "strategy": "freeze", "dropout": 0.3, **settings}
    return {
        "metrics": {"validation": scores(0.75), "test": scores(0.7)}, "calibration": {"temperature": None},
        "training": {"best_epoch": 3, "device": "cpu", "precision": "float32", "seconds": 75.0, "cpu_seconds": 70.0,
                     "diagnosis": ["It fits."],
                     "parameters": {"total": 22_720_916, "trainable": 7700, "frozen": 22_713_216}},
        "settings": {"settings": settings, "labels": LABELS, "seed": 2},
    }  # fmt: skip


@pytest.fixture
def make(tmp_path, monkeypatch):
    """Return a function that writes a card as the rule does, with changed inputs, and loads it."""
    monkeypatch.chdir(tmp_path)

    def written(
        described=None,
        run=None,
        manifests=(CORPUS, ENCODER),
        labels=LABELS,
        reason="too short",
        lost=None,
        languages=None,
    ) -> ModelCard:
        described = {**DESCRIBED, **(described or {})}
        path = Path("results/models/plain/bert_frozen/2/README.md")
        write_card(
            path, described=described, run=run or run_files(),
            corpus={"labels": list(labels), "documents": {"train": 600, "validation": 100, "test": 100},
                    "languages": {"languages": languages or {"und": 1.0}}},
            ledger=[{"step": "clean", "reason": reason, "documents_in": 1000, "documents_out": 800,
                     "by_label": dict.fromkeys(labels, 400), "dropped_by_label": lost or {}}],
            manifests=list(manifests),
        )  # fmt: skip
        return ModelCard.load(path)

    return written


def test_the_hub_reads_the_metadata_back(make):
    data = make().data
    assert data.base_model == "sentence-transformers/all-MiniLM-L6-v2" and data.language == "en"
    assert (data.license, data.license_link) == ("other", "README.md"), "the corpus states none"
    assert data.pipeline_tag == "text-classification" and data.library_name == "textstudy"
    assert data.tags == ["textstudy", "pretrained", "freeze"] and data.datasets is None
    found = {(each.dataset_split, each.metric_name): each.metric_value for each in data.eval_results}
    assert found["validation", "Accuracy"] == 0.75 and found["test", "Accuracy"] == 0.7
    assert found["test", "Macro F1"] == pytest.approx(0.69) and len(found) == 6
    assert {each.metric_type for each in data.eval_results} == {"accuracy", "f1"} == set(data.metrics)


def test_the_block_at_the_top_is_plain_yaml_that_the_hub_knows(make):
    card = make()
    block = yaml.safe_load(re.match(r"---\n(.*?)\n---\n", str(card), flags=re.S)[1])
    known = {"base_model", "language", "library_name", "license", "license_name", "license_link", "metrics",
             "model-index", "pipeline_tag", "tags"}  # fmt: skip
    assert set(block) == known
    assert re.fullmatch(r"[a-z0-9.-]+", block["license_name"])
    assert [set(result) for result in block["model-index"][0]["results"]] == [{"task", "dataset", "metrics"}] * 2


def test_one_licence_is_stated_as_the_hub_names_it(make):
    demo = {**PREPARATION, "corpus": {"kind": "demo", "name": "demo"}}
    assert make({"preparation": demo, "corpus": facts(demo)}, manifests=()).data.license == "mit"
    assert make({"preparation": demo, "corpus": facts(demo)}, manifests=[ENCODER]).data.license == "other", (
        "two of them"
    )
    own = {**PREPARATION, "corpus": {"kind": "table", "name": "mine", "path": "x.csv"}}
    card = make({"preparation": own, "corpus": facts(own)}, manifests=[])
    assert card.data.license == "other" and card.data.language is None
    assert "as the owner of the texts states" in card.text


def test_languages_of_own_texts_are_those_identified_in_many_documents(make):
    own = {**PREPARATION, "corpus": {"kind": "table", "name": "mine", "path": "x.csv"}}
    described = {"preparation": own, "corpus": facts(own)}
    shares = {"de": 0.7, "en": 0.2, "und": 0.12, "fr": 0.03}
    assert make(described, manifests=[], languages=shares).data.language == ["de", "en"]
    assert make(languages=shares).data.language == "en", "the corpus states it"


def test_a_class_that_the_preparation_lost_is_counted(make):
    assert "with 2 classes." in make().text
    assert "with 2 of the 3 classes of the corpus." in make(lost={"thanks": 80}).text


def test_a_data_set_of_the_hub_is_named(make):
    corpus = {"kind": "table", "name": "mine", "hub": "someone/texts", "path": None, "resource": None}
    card = make({"preparation": {**PREPARATION, "corpus": corpus}, "corpus": facts({"corpus": corpus})}, manifests=[])
    assert card.data.datasets == ["someone/texts"] and card.data.eval_results[0].dataset_type == "someone/texts"


def test_the_body_has_the_contents_of_the_files(make):
    text = make().text.replace("\\", "")
    assert "# BERT, frozen\n" in text and "with 2 classes" in text and "22,720,916 (7,700 trained)" in text
    assert "| clean | too short | 1,000 | 800 |" in text and "| Accuracy | 75.0 | 70.0 |" in text
    assert "| autos | 70.0 | 70.0 | 70.0 | 50 |" in text
    assert "(<../../../../studies/first/report.html>)" in text
    assert "The study names the encoder bert-base-uncased; minilm ran instead." in text
    assert (
        "- It fits.\n" in text
        and "differs from its accuracy by 7.9 points on average" in text
        and "collapsed" not in text
    )
    assert "snakemake --cores all results/models/plain/bert_frozen/2/README.md --config 'studies=[first]'" in text
    assert "minilm: licence Apache-2.0" in text and "(empty)" not in text and "None" not in text
    assert json.loads(re.search(r"```json\n(.*?)\n```", text, flags=re.S)[1])["dropout"] == 0.3


def test_the_card_of_a_collapsed_run_and_of_a_refit(make):
    run = run_files()
    run["metrics"]["test"].update(collapsed=True, confusion=cells([[50, 0], [48, 2]]))
    card = make({"refits": "bert", "encoder": None}, run=run)
    text = card.text.replace("\\", "")
    assert "This run has collapsed: it predicts autos for 98.0 % of the test documents." in text
    assert "It is a refit of bert" in text and card.data.base_model is None
    assert {each.dataset_split for each in card.data.eval_results} == {"test"}, "validation was another model's"


def code(card: ModelCard) -> str:
    return re.search(r"```python\n(.*?)\n```", card.text, flags=re.S)[1]


def test_the_code_loads_the_run(make, monkeypatch):
    loaded = {}

    class Model:
        def __getattr__(self, name):
            return lambda texts: loaded.setdefault(name, texts)

    monkeypatch.setattr("textstudy.use.load.load", lambda path: loaded.setdefault("path", path) and Model())
    exec(code(make()), {})
    assert loaded["path"] == "results/models/plain/bert_frozen/2"
    assert loaded["predict"] == loaded["predict_proba"] == ["A text to classify."]
    assert "textstudy predict results/models/plain/bert_frozen/2 texts.csv --out answers.csv" in make().text


def test_an_ensemble_names_its_members(make):
    described = {"members": {"linear_nb": "results/models/plain/linear_nb/1"}, "encoder": None, "files": {}}
    card = make(described, run=run_files(made={"architecture": "ensemble", "members": ["linear_nb", "other"]}))
    assert "[linear\\_nb](<../../linear_nb/1/README.md>)" in card.text
    assert card.data.tags == ["textstudy", "ensemble"]


def test_hostile_titles_labels_and_licences_stay_text(make):
    run = run_files(title=HOSTILE)
    run["metrics"]["test"]["per_class"][0]["label"] = run["metrics"]["test"]["best_class"] = HOSTILE
    run["training"]["diagnosis"] = [HOSTILE]
    hostile = {key: HOSTILE for key in CORPUS}
    described = {"title": HOSTILE, "files": {"glove": HOSTILE}}
    plain, card = make(), make(described, run=run, manifests=[hostile], labels=[HOSTILE], reason=HOSTILE)
    assert set(card.data.to_dict()) == set(plain.data.to_dict()), "no key from a text"
    assert card.text.count("\n```") == plain.text.count("\n```"), "no block of code begins or ends with a text"
    outside = re.sub(r"\n```.*?\n```", "", card.text, flags=re.S)
    for mark in ("<script>", "](javascript", "{{ 7", "|a|", "\n---", "\n#d"):
        assert mark not in outside
    ast.parse(code(card))
    lines = [line for line in outside.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} <= {4, 5, 6}, "as many cells as columns"


def test_a_temperature_is_said(make):
    text = make(run={**run_files(), "calibration": {"temperature": 1.73, "documents": 90}}).text
    assert "fitted on 90 validation documents" in text
    assert "temperature" not in make().text


def test_a_cascade_says_whom_it_asks_and_what_to_leave_to_a_person(make):
    run = run_files(made={"architecture": "cascade", "members": ["linear_nb", "other"]})
    run["training"]["chosen"] = {"asked": {"other": 0.25, "linear_nb": 1.0}}
    run["calibration"]["answers"] = [{"error": 0.05, "threshold": 0.875}]
    members = {name: f"results/models/plain/{name}/1" for name in ("linear_nb", "other")}
    described = {"members": members, "encoder": None}
    card = make(described, run=run)
    assert "in this order: the first that is sure answers. The last was asked about 25.0 %" in card.text
    assert "below 0.875: that is for at most 5 % errors among its answers" in card.text.replace("\\", "")
    run["calibration"]["answers"][0]["threshold"] = None
    assert "show no confidence from which on there are at most 5 % errors" in make(described, run=run).text.replace(
        "\\", ""
    )
