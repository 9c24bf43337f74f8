"""A new kind of model, a new corpus and a new chapter need exactly the files that the documentation names."""

import pytest

pytestmark = pytest.mark.workflow

MODEL_SETTINGS = '''"""Settings of the mean of word vectors."""

from typing import Literal

from textstudy.settings.models.word_vectors import WordVectors


class BagModel(WordVectors):
    """The mean of a document's word vectors, then a linear layer."""

    architecture: Literal["bag"]

    @property
    def name_in_sentence(self) -> str:
        """What the report calls this kind of model."""
        return "mean of word vectors"
'''
MODEL = '''"""The mean of a document's word vectors, then a linear layer."""

import torch
from torch import nn

from textstudy.models.embeddings import word_embedding


class BagClassifier(nn.Module):
    """Word vectors → mean over the document → linear head."""

    def __init__(self, embedding, classes):
        super().__init__()
        self.embedding = embedding
        self.head = nn.Linear(embedding.embedding_dim, classes)

    def forward(self, input_ids, lengths):
        """Return the logits, (batch, classes)."""
        vectors = self.embedding(input_ids)  # (batch, time, embedding); padding is zero
        return self.head(vectors.sum(1) / lengths.unsqueeze(1))


def build(settings, *, classes, vocabulary_size=None, embedding=None):
    """Return a classifier with fresh weights."""
    return BagClassifier(word_embedding(settings, vocabulary_size=vocabulary_size, embedding=embedding), classes)
'''
CORPUS_SETTINGS = '''"""Settings of texts that repeat the name of their class."""

from typing import Literal

from textstudy.settings.base import Name
from textstudy.settings.corpora.base import CorpusSettings


class EchoCorpus(CorpusSettings):
    """Texts that repeat the name of their class, among words that say nothing."""

    kind: Literal["echo"]
    name: Name = "echo"
    documents: int = 300
'''
CORPUS = '''"""Texts that repeat the name of their class, among words that say nothing."""

import random

import pandas as pd


def read(source, settings):
    """Return the documents: id, text, label, official split, headers."""
    draw = random.Random(1)
    rows = []
    for number in range(settings["documents"]):
        label = "red" if number % 2 else "blue"
        words = [draw.choice(["one", "two", "three", "four", "five"]) for _ in range(20)] + [label] * 2
        draw.shuffle(words)
        split = "test" if number % 5 == 0 else "train"
        text = " ".join([*words, f"number{number}"])
        rows.append({"id": f"echo/{number}", "text": text, "label": label, "official_split": split})
    return pd.DataFrame(rows)
'''
CHAPTER = '''"""A chapter that counts models."""


def values(report, address):
    """Return what the template shows."""
    return {"findings": [item for item in report["findings"] if item["chapter"] == "counting"]}
'''
FINDINGS = '''"""How many models a study has."""

from textstudy.report.language.types import finding


def findings(report):
    """Return the number of models."""
    return [finding("counting", f"This study counts {len(report['models'])} models.", count=len(report["models"]))]
'''
TEMPLATE = """# Counting {#counting}

{% for finding in findings %}
{{ finding.text }}

{% endfor %}
"""
STUDY = {
    "title": "A study of a new kind of model",
    "preparation": {"name": "echo", "corpus": {"kind": "echo"}, "clean": {"minimum_characters": 1}},
    "encodings": {"words": {"tokenizer": "words", "maximum_length": 64}},
    "seeds": [1],
    "models": {
        "linear": {"architecture": "linear"},
        "bag": {"architecture": "bag", "embeddings": "random", "embedding_size": 8, "training": {"epochs": 2}},
    },
}


@pytest.fixture
def extended(fresh):
    """A copy of the project with a new kind of model, a new corpus and a new chapter."""
    library = fresh.folder / "workflow_scripts" / "textstudy"
    files = {
        "settings/models/bag.py": MODEL_SETTINGS,
        "models/bag.py": MODEL,
        "settings/corpora/echo.py": CORPUS_SETTINGS,
        "corpora/echo.py": CORPUS,
        "report/sections/counting/chapter.py": CHAPTER,
        "report/sections/counting/findings.py": FINDINGS,
        "report/sections/counting/counting.md.j2": TEMPLATE,
    }
    for file, text in files.items():
        (library / file).parent.mkdir(parents=True, exist_ok=True)
        (library / file).write_text(text, encoding="utf-8")
    fresh.edit("workflow_scripts/textstudy/report/chapters.py", '    Chapter("memory", COST),\n',
               '    Chapter("memory", COST),\n    Chapter("counting", COST),\n')  # fmt: skip
    fresh.write_study(STUDY)
    return fresh


def test_new_kinds_and_a_new_chapter_stand_in_the_report(extended):
    extended.snakemake("report")
    report = extended.read_json("results/studies/tiny/report.json")
    model = report["models"]["bag"]
    assert (model["learner"], model["name_in_sentence"]) == ("network", "mean of word vectors")
    assert "This study counts 2 models." in [item["text"] for item in report["findings"]]
    page = (extended.folder / "results" / "studies" / "tiny" / "report.html").read_text(encoding="utf-8")
    assert 'id="counting"' in page and "This study counts 2 models." in page and ">bag<" in page
    card = (extended.folder / "results" / "models" / "echo" / "bag" / "1" / "README.md").read_text(encoding="utf-8")
    assert "mean of word vectors" in card
    assert not extended.planned()


def test_a_kind_in_a_file_of_another_name_is_refused(extended):
    folder = extended.folder / "workflow_scripts" / "textstudy" / "settings" / "models"
    (folder / "bag.py").rename(folder / "sack.py")
    output = extended.snakemake("--dry-run", check=False)
    assert "sack holds the kind 'bag': call its file bag.py" in output
