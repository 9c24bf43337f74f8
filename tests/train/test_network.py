"""A run from artifacts to its folder: the files, their bytes, and what a stop in the middle does to them (nothing)."""

import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from textstudy.encode.table import write_encoding
from textstudy.errors import StudyError
from textstudy.runs import Facts, Run, RunFiles, read_run
from textstudy.storage.files import read_json, read_tensors, write_json, write_tensors
from textstudy.train import loop, network
from textstudy.train.build import load_documents, load_network
from textstudy.train.network import train_network
from textstudy.train.predict import predict
from train.small_network import SETTINGS, SmallNetwork

LABELS = ["comp", "rec", "sci"]
MODEL = {"architecture": "small", "tfidf_weighting": True, "dropout": 0.3, "training": SETTINGS}
HEAD = {"architecture": "head", "training": SETTINGS}
FILES = ["history.json", "settings.json", "training.json", "weights.safetensors"]


def build_recurrent(settings, *, classes, vocabulary_size=None, embedding=None):
    model = SmallNetwork(vocabulary_size=vocabulary_size, classes=classes, dropout=settings["dropout"])
    if embedding is not None:
        model.embedding = torch.nn.Embedding.from_pretrained(embedding, freeze=True)
    return model


class Head(torch.nn.Module):
    def __init__(self, size, classes):
        super().__init__()
        self.output = torch.nn.Linear(size, classes)

    def forward(self, *, features):
        return self.output(features)


def build_head(settings, *, classes, feature_size):
    return Head(feature_size, classes)


@pytest.fixture(autouse=True)
def models(monkeypatch):
    """Two architectures under the names that a study would use."""
    for name, build in {"small": build_recurrent, "head": build_head}.items():
        monkeypatch.setitem(sys.modules, f"textstudy.models.{name}", SimpleNamespace(build=build))
    yield
    torch.use_deterministic_algorithms(False)


@pytest.fixture
def encoding(tmp_path):
    """A folder with an encoding of 60 documents, with weights, and the states of an encoder beside it."""
    generator = np.random.default_rng(5)
    folder = tmp_path / "encoded"
    label = generator.integers(0, 3, size=60)
    input_ids = [generator.integers(2 + 9 * k, 11 + 9 * k, size=generator.integers(1, 12)) for k in label]
    weights = [generator.random(len(row), dtype=np.float32) + 0.5 for row in input_ids]
    split = np.array(["train", "train", "validation", "test"] * 15)
    write_encoding(folder / "encoding.arrow", [f"d{i}" for i in range(60)], split, label, input_ids, weights)
    write_json(folder / "encoding.json", {"labels": LABELS, "vocabulary_size": 30})
    states = np.eye(3, 5, dtype=np.float32)[label] + generator.normal(0, 0.1, (60, 5)).astype(np.float32)
    write_tensors(folder / "features.safetensors", {"cls": states, "mean": -states})
    write_json(folder / "features.json", {"encoder": "bert", "parameters": 1000, "pooler_parameters": 100})
    write_tensors(folder / "glove-8.safetensors", {"embedding": generator.random((30, 8), dtype=np.float32)})
    return folder


def run(folder, encoding, settings=MODEL, seed=1, **files):
    states = "features_path" in files
    facts = Facts(learner="network", uses_torch=True, holds_encoder=False, reads_states=states)
    made_from = RunFiles(folder, encoding_folder=encoding, **files)
    train_network(Run(made_from, settings, facts, seed=seed, code="abc"), checkpoint_root=folder.parent / "checkpoints")
    return {name: (folder / name).read_bytes() for name in FILES if name != "training.json"}


def test_the_files_of_a_run(tmp_path, encoding):
    run(tmp_path / "run", encoding)
    folder = tmp_path / "run"
    assert sorted(path.name for path in folder.iterdir()) == FILES
    history, training, settings = (read_json(folder / f"{name}.json") for name in ("history", "training", "settings"))
    assert [entry["epoch"] for entry in history] == [1, 2, 3, 4]
    assert len(training["epoch_seconds"]) == 4
    total = sum(value.size for value in read_tensors(folder / "weights.safetensors").values())
    assert training["parameters"] == {"total": total, "trainable": total, "frozen": 0}
    assert settings["settings"] == MODEL and settings["seed"] == 1 and set(settings["data"]) == {"encoding"}
    assert not list((tmp_path / "checkpoints").iterdir())


def test_same_seed_same_bytes(tmp_path, encoding):
    first = run(tmp_path / "first", encoding)
    torch.rand(7)  # what went before in the process must not matter
    assert run(tmp_path / "second", encoding) == first
    other = run(tmp_path / "third", encoding, seed=2)
    assert other["weights.safetensors"] != first["weights.safetensors"]


def test_a_stopped_run_goes_on_to_the_same_bytes(tmp_path, encoding, monkeypatch):
    first = run(tmp_path / "first", encoding)
    monkeypatch.setattr(loop, "SAVING_SHARE", 1e9)
    forward, calls = SmallNetwork.forward, []

    def interrupted(self, **batch):
        calls.append(1)
        if len(calls) == 12:
            raise KeyboardInterrupt
        return forward(self, **batch)

    monkeypatch.setattr(SmallNetwork, "forward", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "second", encoding)
    assert not (tmp_path / "second").exists()
    (checkpoint,) = (tmp_path / "checkpoints").iterdir()
    calls.clear()
    other = MODEL | {"training": SETTINGS | {"epochs": 1}}
    run(tmp_path / "other", encoding, settings=other)  # another run, which must not take this checkpoint
    assert checkpoint.exists() and len(read_json(tmp_path / "other" / "history.json")) == 1
    calls = [1] * 100
    assert run(tmp_path / "second", encoding) == first
    assert not checkpoint.exists()
    whole_run = 4 * (4 + 1)  # epochs of 4 batches and a validation
    assert len(calls) - 100 < whole_run


def test_what_decides_the_bits_decides_the_checkpoint(tmp_path, encoding, monkeypatch):
    """A run killed under two threads or in another precision is not continued under one: it would end otherwise."""
    found = set()
    threads = torch.get_num_threads()
    for number, precision in ((1, "float32"), (2, "float32"), (1, "bfloat16")):
        torch.set_num_threads(number)
        monkeypatch.setattr(network, "resolve_precision", lambda wanted, device, precision=precision: precision)
        monkeypatch.setattr(
            network, "fit", lambda *_, checkpoint_folder, **__: found.add(checkpoint_folder) or sys.exit()
        )
        with pytest.raises(SystemExit):
            run(tmp_path / "run", encoding)
    torch.set_num_threads(threads)
    assert len(found) == 3


def test_the_facts_of_a_gpu_are_recorded(tmp_path, encoding, monkeypatch):
    records = []
    monkeypatch.setattr(network, "_record", lambda *arguments: records.append(arguments) or {})
    run(tmp_path / "run", encoding)
    monkeypatch.undo()
    ((result, model, _, encoder),) = records
    monkeypatch.setattr(torch.cuda, "max_memory_allocated", lambda device: 123_456_789)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "H100")
    monkeypatch.setattr(network, "uses_tf32", lambda device: True)
    facts = {"device": "cuda", "gpu": "H100", "tf32": True, "peak_device_memory_mb": 123.5}
    found = network._record(result, model, torch.device("cuda"), encoder)
    assert facts.items() <= found.items() and "most_tokens" not in found
    found = network._record(replace(result, most_tokens=512), model, torch.device("cuda"), encoder)
    assert found["most_tokens"] == 512


def test_a_gpu_that_was_not_used_is_recorded(tmp_path, encoding, monkeypatch):
    monkeypatch.setattr(network, "unused_gpu", lambda: None)
    run(tmp_path / "without", encoding)
    monkeypatch.setattr(network, "unused_gpu", lambda: "it is too old")
    run(tmp_path / "with", encoding)
    recorded = [read_json(tmp_path / name / "training.json") for name in ("without", "with")]
    assert "unused_gpu" not in recorded[0] and recorded[1]["unused_gpu"] == "it is too old"


def test_a_trained_network_predicts_what_its_history_says(tmp_path, encoding):
    run(tmp_path / "run", encoding)
    trained = read_run(RunFiles(tmp_path / "run", encoding_folder=encoding))
    assert (trained.settings, trained.labels, trained.seed, trained.code) == (MODEL, LABELS, 1, "abc")
    model, documents = load_network(trained), load_documents(trained.settings, trained.files)
    assert {split: len(part) for split, part in documents.items()} == {"train": 30, "validation": 15, "test": 15}
    best = read_json(tmp_path / "run" / "training.json")["best_epoch"]
    entry = read_json(tmp_path / "run" / "history.json")[best - 1]
    probabilities = predict(model, documents["validation"])
    labels = documents["validation"].labels.numpy()
    assert (probabilities.argmax(axis=1) == labels).mean() == entry["validation_accuracy"]
    loss = -np.log(probabilities[np.arange(15), labels]).mean()
    assert loss == pytest.approx(entry["validation_loss"], rel=1e-5)


@pytest.mark.parametrize("pooling", ["cls", "mean"])
def test_a_head_over_cached_states(tmp_path, encoding, pooling):
    settings = {
        "architecture": "head",
        "pooling": pooling,
        "training": SETTINGS | {"epochs": 60, "learning_rate": 0.05},
    }
    options = {"settings": settings, "features_path": encoding / "features.safetensors"}
    run(tmp_path / "run", encoding, **options)
    assert read_json(tmp_path / "run" / "history.json")[-1]["validation_accuracy"] == 1.0
    parameters = read_json(tmp_path / "run" / "training.json")["parameters"]
    assert parameters == {"total": 918, "trainable": 18, "frozen": 900}  # its pooler is no part of it


def test_a_frozen_embedding_from_glove(tmp_path, encoding):
    run(tmp_path / "run", encoding, vectors_path=encoding / "glove-8.safetensors")
    glove = read_tensors(encoding / "glove-8.safetensors")["embedding"]
    assert np.array_equal(read_tensors(tmp_path / "run" / "weights.safetensors")["embedding.weight"], glove)
    assert read_json(tmp_path / "run" / "training.json")["parameters"]["frozen"] == glove.size


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"settings": MODEL | {"architecture": "smalll"}}, "no architecture 'smalll'"),
        ({"settings": HEAD | {"pooling": "pooler"}, "features_path": "features.safetensors"}, "no 'pooler' states"),
    ],
)
def test_what_does_not_fit_is_one_sentence(tmp_path, encoding, changes, message):
    if "features_path" in changes:
        changes = changes | {"features_path": encoding / changes["features_path"]}
    with pytest.raises(StudyError, match=message):
        run(tmp_path / "run", encoding, **changes)
    assert not (tmp_path / "run").exists()


def test_weights_that_the_encoding_lacks_and_rows_that_differ(tmp_path):
    write_encoding(tmp_path / "encoding.arrow", ["a", "b"], ["train", "validation"], [0, 1], [[2, 3], [4]])
    files = RunFiles(tmp_path, encoding_folder=tmp_path, features_path=tmp_path / "features.safetensors")
    with pytest.raises(StudyError, match="no TF-IDF weights"):
        load_documents({"tfidf_weighting": True}, replace(files, features_path=None))
    write_tensors(tmp_path / "features.safetensors", {"cls": np.zeros((3, 4), np.float32)})
    with pytest.raises(StudyError, match="3 rows for 2 documents"):
        load_documents({"pooling": "cls"}, files)
