"""Strategies of fine-tuning: a hybrid's head, a stop in the middle, a refit."""

import copy
import re
from dataclasses import replace

import numpy as np
import pytest
import torch

from small_runs import run_of
from textstudy.encode.features import write_features
from textstudy.encode.wordpieces import encode_wordpieces
from textstudy.errors import StudyError
from textstudy.models.pretrained import PretrainedClassifier
from textstudy.runs import RunFiles
from textstudy.settings.models.pretrained import PretrainedModel
from textstudy.storage.files import read_json, read_tensors
from textstudy.train import loop
from textstudy.train.build import build_network, load_documents
from textstudy.train.loop import fit
from textstudy.train.network import train_network

TRAINING = {"epochs": 2, "batch_size": 2, "learning_rate": 0.01, "optimizer": "adamw", "weight_decay": 0.01}
HEAD = {"epochs": 3, "batch_size": 2, "learning_rate": 0.05}
LABELS = ["computer", "sport"]


def model(**changes) -> PretrainedModel:
    """A model that is trained with its encoder."""
    options = {"strategy": "full", "pooling": "mean", "training": TRAINING} | changes
    return PretrainedModel(architecture="pretrained", **options)


@pytest.fixture
def files(frame, tmp_path, encoder_of):
    """The nine documents encoded, a tiny encoder, and its states."""
    folder, encoder = tmp_path / "encoding", encoder_of("bert")
    encode_wordpieces(frame.assign(cluster=frame["id"]), encoder, {"maximum_length": 12}, folder)
    write_features(folder, encoder, folder, name="tiny", precision="float32")  # as the trainings here
    yield {"encoding_folder": folder, "features_path": folder / "features.safetensors", "encoder_folder": encoder}
    torch.use_deterministic_algorithms(False)


@pytest.fixture
def tokens(files):
    """The same without the states: what full fine-tuning reads."""
    return {name: path for name, path in files.items() if name != "features_path"}


def train(folder, files, model, base=None):
    run = replace(run_of(model, folder, **files), base=base)
    train_network(run, checkpoint_root=folder.parent / "checkpoints")
    return read_tensors(folder / "weights.safetensors")


def test_the_head_of_a_hybrid_is_that_of_the_running_encoder(files, tmp_path):
    """The first phase reads cached states; the encoder, run in every epoch without learning, leads to the same head."""
    run = run_of(model(strategy="hybrid", head_training=HEAD), tmp_path, **files)
    options = {"settings": run.settings["head_training"], "classes": LABELS, "seed": 1}

    of_states = replace(run.files, encoder_folder=None)
    cached = load_documents(run.settings, of_states)
    torch.manual_seed(1)
    head = build_network(run.settings, of_states, classes=2)
    begun = copy.deepcopy(head.state_dict())
    on_states = fit(head, cached["train"], cached["validation"], checkpoint_folder=tmp_path / "a", **options)

    of_tokens = replace(run.files, features_path=None)
    running_on = load_documents(run.settings, of_tokens)
    running = build_network(run.settings, of_tokens, classes=2)
    running.head.load_state_dict(begun)
    running.encoder.requires_grad_(False)
    for module in running.encoder.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    live = fit(running, running_on["train"], running_on["validation"], checkpoint_folder=tmp_path / "b", **options)

    for name, value in on_states.best_state.items():
        torch.testing.assert_close(value, live.best_state[f"head.{name}"], atol=1e-5, rtol=1e-4)
        assert not torch.equal(value, begun[name])


def test_a_hybrid_tells_its_two_phases(files, tmp_path):
    train(tmp_path / "run", files, model(strategy="hybrid", head_training=HEAD))
    history, training = (read_json(tmp_path / "run" / f"{name}.json") for name in ("history", "training"))
    assert [(entry["phase"], entry["epoch"]) for entry in history] == [
        ("head", 1), ("head", 2), ("head", 3), ("all", 4), ("all", 5),
    ]  # fmt: skip
    assert training["best_epoch"] in (4, 5)
    told = [int(number) for number in re.findall(r"epoch (\d+)", " ".join(training["diagnosis"]))]
    assert told and min(told) > 3, "the diagnosis counts the head's epochs too, as history and card do"
    assert training["parameters"]["frozen"] == 0 and len(training["epoch_seconds"]) == 5


@pytest.mark.parametrize("changes", [{"layer_decay": 0.8}, {"strategy": "lora", "lora": {"dropout": 0.2}}])
def test_fine_tuning_stopped_in_the_middle_ends_with_the_same_bits(tokens, tmp_path, monkeypatch, changes):
    training = TRAINING | {"accumulation": 2, "schedule": "cosine", "warmup_share": 0.2}
    chosen = model(training=training, **changes)
    first = train(tmp_path / "first", tokens, chosen)
    monkeypatch.setattr(loop, "SAVING_SHARE", 1e9)
    monkeypatch.setattr(loop, "SAVE_SECONDS", 0.0)
    forward, calls = PretrainedClassifier.forward, []

    def interrupted(self, **batch):
        calls.append(1)
        if len(calls) == 6:
            raise KeyboardInterrupt
        return forward(self, **batch)

    monkeypatch.setattr(PretrainedClassifier, "forward", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "second", tokens, chosen)
    calls.extend([1] * 100)
    again = train(tmp_path / "second", tokens, chosen)
    assert all(np.array_equal(value, again[name]) for name, value in first.items())


def test_a_run_with_adapters_keeps_these_and_the_head_alone(tokens, tmp_path):
    weights = train(tmp_path / "run", tokens, model(strategy="lora", lora={"rank": 2}))
    adapters, head = 2 * 2 * 2 * (32 + 32), 32 * 33 + 33 * 2
    assert sum(value.size for value in weights.values()) == adapters + head
    counted = read_json(tmp_path / "run" / "training.json")["parameters"]
    assert counted["trainable"] == adapters + head and counted["total"] > 20_000
    assert all("lora_" in name or name.startswith("head.") for name in weights)
    assert any(value.any() for name, value in weights.items() if "lora_B" in name)


def test_a_refit_trains_on_validation_too_for_the_epochs_that_were_best(tokens, tmp_path):
    train(tmp_path / "base", tokens, model())
    best = read_json(tmp_path / "base" / "training.json")["best_epoch"]
    train(tmp_path / "refit", tokens, model(), base=tmp_path / "base")
    training = read_json(tmp_path / "refit" / "training.json")
    assert training["best_epoch"] == len(training["epoch_seconds"]) == best
    assert read_json(tmp_path / "refit" / "settings.json")["epochs"] == best
    documents = load_documents({}, RunFiles(tmp_path, encoding_folder=tokens["encoding_folder"]))
    both = documents["train"].followed_by(documents["validation"])
    assert both.ids.tolist() == [*documents["train"].ids, *documents["validation"].ids]
    batch = both.batch(np.arange(len(both)))
    assert batch["lengths"].tolist() == both.lengths.tolist()


def test_a_pooling_that_the_encoder_lacks_is_an_error(tokens, tmp_path, encoder_of):
    files = tokens | {"encoder_folder": encoder_of("distilbert")}
    with pytest.raises(StudyError, match="has no pooler"):
        train(tmp_path / "run", files, model(pooling="pooler"))


@pytest.mark.parametrize("strategy", ["freeze", "full", "hybrid"])
def test_a_training_on_short_texts_in_windows_is_that_without_windows(strategy, frame, tmp_path, encoder_of):
    """To the bit. With attention, whose weights add zeros to the gradient, its norm may round otherwise."""
    encoder, weights = encoder_of("bert"), []
    learner = {"strategy": strategy, **({"head_training": HEAD} if strategy == "hybrid" else {})}
    for name, windows, pooling in (("cut", None, "mean"), ("whole", {"overlap": 4, "maximum": 3}, "max")):
        folder = tmp_path / name
        encode_wordpieces(frame, encoder, {"maximum_length": 64, "windows": windows}, folder)
        write_features(folder, encoder, folder, name="tiny", precision="float32")
        files = {"encoding_folder": folder}
        files |= {"features_path": folder / "features.safetensors"} if strategy != "full" else {}
        files |= {"encoder_folder": encoder} if strategy != "freeze" else {}
        weights.append(train(tmp_path / f"run_{name}", files, model(window_pooling=pooling, **learner)))
    cut, whole = weights
    assert cut.keys() == whole.keys()
    for name, value in cut.items():
        np.testing.assert_array_equal(value, whole[name])
