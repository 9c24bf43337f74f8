"""Files of the user's own that a study names: an edit of one of them reruns what reads it."""

import shutil
from collections import Counter

import pytest

from textstudy.workflow.paths import resource_folder

pytestmark = pytest.mark.workflow

MODELS = {"linear": {"architecture": "linear"}}


def test_a_file_in_the_folder_of_a_corpus_is_watched(fresh):
    texts = fresh.folder / "my texts"
    (texts / "more").mkdir(parents=True)
    for name in ("train.csv", "more/test.csv", "README.md"):
        (texts / name).write_text("text,label\nA first text,a\nA second text,b\n")
    corpus = {"kind": "table", "name": "mine", "path": "my texts"}
    fresh.write_study({"title": "Mine", "preparation": {"name": "mine", "corpus": corpus}, "models": MODELS})
    target = "results/corpora/mine/documents.parquet"
    assert fresh.run(target) == Counter({"parse": 1})

    fresh.edit("my texts/README.md", "first", "last")
    assert fresh.planned(target) == Counter()
    fresh.edit("my texts/more/test.csv", "first", "last")
    assert fresh.run(target) == Counter({"parse": 1})
    (texts / "dev.csv").write_text("text,label\nA third text,a\n")
    assert fresh.planned(target) == Counter({"parse": 1})


def test_the_files_in_class_folders_are_watched(fresh):
    for name in ("pos/1.txt", "pos/2.txt", "neg/1.txt", "neg/2.txt"):
        (fresh.folder / "texts" / name).parent.mkdir(parents=True, exist_ok=True)
        (fresh.folder / "texts" / name).write_text(f"A first text of {name}")
    corpus = {"kind": "folders", "name": "mine", "path": "texts"}
    fresh.write_study({"title": "Mine", "preparation": {"name": "mine", "corpus": corpus}, "models": MODELS})
    target = "results/corpora/mine/documents.parquet"
    assert fresh.run(target) == Counter({"parse": 1})
    assert fresh.planned(target) == Counter()
    fresh.edit("texts/pos/1.txt", "first", "last ")
    assert fresh.run(target) == Counter({"parse": 1})
    (fresh.folder / "texts" / "neg" / "3.txt").write_text("one more")
    assert fresh.run(target) == Counter({"parse": 1})
    (fresh.folder / "texts" / "neg" / "3.txt").unlink()
    assert fresh.planned(target) == Counter({"parse": 1})


def test_the_files_of_a_local_encoder_are_watched(fresh):
    encoder = fresh.folder / "encoder"
    encoder.mkdir()
    for name in ("config.json", "model.safetensors", "vocab.txt", "README.md"):
        (encoder / name).write_text("first")
    corpus = {"kind": "demo", "documents": 300}
    encodings = {"pieces": {"tokenizer": "wordpieces", "encoder": "./encoder"}}
    study = {"title": "Mine", "preparation": {"name": "mine", "corpus": corpus}, "encodings": encodings}
    fresh.write_study({**study, "models": MODELS})
    target = f"{resource_folder('./encoder')}/manifest.json"
    assert fresh.run(target) == Counter({"fetch": 1})

    fresh.edit("encoder/README.md", "first", "last")
    assert fresh.planned(target) == Counter()
    fresh.edit("encoder/model.safetensors", "first", "last")
    assert fresh.run(target) == Counter({"fetch": 1})
    (encoder / "tokenizer.json").write_text("first")
    assert fresh.planned(target) == Counter({"fetch": 1})


def test_a_resource_that_is_fetched_anew_makes_nothing_stale(fresh, encoder_of):
    shutil.copytree(encoder_of("bert"), fresh.folder / "encoder")
    corpus = {"kind": "demo", "documents": 300}
    encodings = {"pieces": {"tokenizer": "wordpieces", "encoder": "./encoder", "maximum_length": 32}}
    study = {"title": "Mine", "preparation": {"name": "mine", "corpus": corpus}, "encodings": encodings}
    fresh.write_study({**study, "models": MODELS})
    encoding, fetched = "results/encoded/mine/pieces/encoding.arrow", resource_folder("./encoder")
    assert fresh.run(encoding)["encode_wordpieces"] == 1
    shutil.rmtree(fresh.folder / fetched)
    assert fresh.planned(encoding) == Counter(), "what is not read again need not be there"
    assert fresh.run(f"{fetched}/files") == Counter({"fetch": 1})
    assert fresh.planned(encoding) == Counter()
    fresh.edit("encoder/config.json", "{", "{ ")
    assert fresh.run(f"{fetched}/files") == Counter({"fetch": 1})
    assert fresh.planned(encoding) == Counter({"encode_wordpieces": 1})
