"""A stopped run, continued, ends with the bits of one never stopped."""

import logging
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from textstudy.errors import StudyError
from textstudy.storage.files import read_json, read_tensors
from textstudy.train import loop
from textstudy.train.checkpoints import FILE_NAME, restore_checkpoint, save_checkpoint
from textstudy.train.loop import fit
from textstudy.train.optimizers import make_optimizer
from train.small_network import CLASSES, EVENTFUL, SETTINGS, corpus, network


def train_once(folder, *, fail_after=None, dropout=0.5):
    """Run EVENTFUL; with `fail_after` an exception breaks it off in that forward pass."""
    model = network(dropout=dropout)
    calls = 0

    def count(*_):
        nonlocal calls
        calls += 1
        if calls == fail_after:
            raise InterruptedError("power cut")

    model.register_forward_hook(count)
    train, validation = corpus(60, noise=0.6), corpus(30, seed=1, noise=0.6)
    options = {"settings": EVENTFUL, "classes": CLASSES, "seed": 3, "checkpoint_folder": folder}
    return fit(model, train, validation, **options), calls


def same_bits(first, second):
    return (
        first.history == second.history
        and first.best_epoch == second.best_epoch
        and first.diagnosis == second.diagnosis
        and first.best_state.keys() == second.best_state.keys()
        and all(torch.equal(value, second.best_state[name]) for name, value in first.best_state.items())
    )


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    result, calls = train_once(tmp_path_factory.mktemp("whole"))
    rates = {entry["learning_rate"] for entry in result.history}
    assert len(rates) > 2, "the plateau schedule must have acted, or these tests say less than they seem to"
    assert 4 < len(result.history) < 12, "early stopping must have acted"
    return result, calls


@pytest.mark.parametrize("save_seconds", [0.0, 1e-3, 1e9], ids=["every step", "now and then", "epoch ends only"])
def test_resumed_after_exceptions_at_random_steps(uninterrupted, tmp_path, monkeypatch, save_seconds):
    monkeypatch.setattr(loop, "SAVE_SECONDS", save_seconds)
    monkeypatch.setattr(loop, "SAVING_SHARE", 1e9)
    expected, calls = uninterrupted
    generator = np.random.default_rng(11)
    for attempt in range(3):
        folder = tmp_path / str(attempt)
        used = 0
        for _ in range(generator.integers(1, 4)):  # broken off one to three times
            fail_after = int(generator.integers(1, calls // 2))
            try:
                train_once(folder, fail_after=fail_after)
            except InterruptedError:
                used += 1
        resumed, forward_passes = train_once(folder)
        assert same_bits(expected, resumed)
        assert used
    assert forward_passes < calls, "the last attempt must have started from a checkpoint"


def test_a_finished_run_is_not_trained_again(uninterrupted, tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "SAVING_SHARE", 1e9)
    train_once(tmp_path)
    again, calls = train_once(tmp_path)
    assert calls == 1, "which measures the training accuracy"
    assert same_bits(uninterrupted[0], again)


def test_a_killed_process(uninterrupted, tmp_path):
    script = Path(__file__).with_name("killed_run.py")
    paths = [str(Path(loop.__file__).resolve().parents[2]), str(script.parents[1])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": str(torch.get_num_threads())}

    def start():
        command = [sys.executable, script, tmp_path / "checkpoint", tmp_path / "output"]
        return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)

    killed = start()
    deadline = time.monotonic() + 60
    while not (tmp_path / "checkpoint" / FILE_NAME).exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.5)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    assert not (tmp_path / "output").exists()
    assert start().wait(60) == 0
    expected, _ = uninterrupted
    assert read_json(tmp_path / "output" / "history.json") == expected.history
    weights = read_tensors(tmp_path / "output" / "weights.safetensors")
    assert all(np.array_equal(weights[name], value.numpy()) for name, value in expected.best_state.items())


@pytest.mark.parametrize("damage", ["flipped", "truncated", "empty", "rubbish", "another model"])
def test_a_damaged_checkpoint_is_a_warning_and_a_new_start(uninterrupted, tmp_path, caplog, monkeypatch, damage):
    monkeypatch.setattr(loop, "SAVE_SECONDS", 0.0)
    monkeypatch.setattr(loop, "SAVING_SHARE", 1e9)
    with pytest.raises(InterruptedError):
        train_once(tmp_path, fail_after=40)
    path = tmp_path / FILE_NAME
    if damage == "flipped":
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    elif damage == "truncated":
        path.write_bytes(path.read_bytes()[:-100])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "rubbish":
        path.write_bytes(b"\x80\x04" + b"rubbish" * 1000)
    else:
        other = network(hidden=12)
        optimizer = make_optimizer(other, SETTINGS)
        save_checkpoint(tmp_path, model=other, optimizer=optimizer, best_state={}, progress={})
    with caplog.at_level(logging.WARNING):
        resumed, calls = train_once(tmp_path)
    (warning,) = caplog.records
    assert re.fullmatch(f"{path} (is damaged|holds no checksum).*: starting from the beginning\\.", warning.message)
    assert calls == uninterrupted[1]
    assert same_bits(uninterrupted[0], resumed)


def test_a_failed_save_leaves_the_last_checkpoint(tmp_path, monkeypatch):
    model = network()
    optimizer = make_optimizer(model, SETTINGS)
    save_checkpoint(tmp_path, model=model, optimizer=optimizer, best_state={}, progress={"step": 1})

    def full_disk(arrays, path, metadata):
        Path(path).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("safetensors.numpy.save_file", full_disk)
    with pytest.raises(StudyError, match="No space left"):
        save_checkpoint(tmp_path, model=model, optimizer=optimizer, best_state={}, progress={"step": 2})
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
    progress, best_state = restore_checkpoint(tmp_path, model=model, optimizer=optimizer)
    assert (progress, best_state) == ({"step": 1}, {})


def test_tied_and_scalar_tensors_survive(tmp_path):
    """Shared weights and 0-d buffers are what safetensors files are known to stumble over."""

    class Tied(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = torch.nn.Embedding(5, 3)
            self.output = torch.nn.Linear(3, 5, bias=False)
            self.output.weight = self.embedding.weight
            self.register_buffer("count", torch.tensor(7))

    model = Tied()
    optimizer = make_optimizer(model, SETTINGS)
    model.output(model.embedding(torch.tensor([1, 2]))).sum().backward()
    optimizer.step()
    save_checkpoint(tmp_path, model=model, optimizer=optimizer, best_state=model.state_dict(), progress={})
    other = Tied()
    other_optimizer = make_optimizer(other, SETTINGS)
    _, best_state = restore_checkpoint(tmp_path, model=other, optimizer=other_optimizer)
    assert torch.equal(other.embedding.weight, model.embedding.weight)
    assert other.count.shape == best_state["count"].shape == ()
    first, second = (o.state_dict()["state"][0] for o in (optimizer, other_optimizer))
    assert all(torch.equal(first[key], second[key]) and first[key].shape == second[key].shape for key in first)
