"""Several processes that share a training: the numbers of one process, interruptions, and how they end."""

import multiprocessing
import os
import sys
import traceback
from datetime import timedelta

import numpy as np
import pytest
import torch
from torch import distributed

from small_runs import run_of, trained_run
from textstudy.errors import StudyError
from textstudy.settings.models.recurrent import RecurrentModel
from textstudy.storage.files import read_json, read_tensors, write_json, write_tensors
from textstudy.train import loop
from textstudy.train.loop import fit
from textstudy.train.network import train_network
from textstudy.train.processes import _end_with_parent, run_together
from train.small_network import CLASSES, EVENTFUL, SmallNetwork, corpus, from_lists, network

# Batches by tokens, so that they differ in their documents; some have fewer than there are processes.
UNEVEN = EVENTFUL | {"epochs": 3, "batch_size": None, "batch_tokens": 16, "epsilon": 1e-3}


def train(folder, *, dropout=0.0, settings=UNEVEN, documents=None, model=None):
    model = model or network(dropout=dropout)
    documents = documents or corpus(40, noise=0.6)
    options = {"settings": settings, "classes": CLASSES, "seed": 3, "checkpoint_folder": folder / "checkpoint"}
    return fit(model, documents, corpus(20, seed=1, noise=0.6), **options)


def take_part(rank, count, folder, work):
    """What one process does: join the others, work, and leave its weights and history, or its error."""
    os.environ["GLOO_SOCKET_IFNAME"] = "lo"
    try:
        distributed.init_process_group(
            "gloo", f"file://{folder}/meeting", timedelta(seconds=30), rank=rank, world_size=count
        )
        result = work(folder)
        write_tensors(folder / f"{rank}.safetensors", result.best_state)
        write_json(folder / f"{rank}.json", {"history": result.history, "cpu": result.lap.cpu_seconds})
        distributed.destroy_process_group()
    except StudyError as error:
        write_json(folder / f"{rank}.json", {"error": str(error)})
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def together(count, folder, work):
    """Share `work` among processes that are forked from this one; return what each of them left."""
    folder.mkdir(exist_ok=True)
    (folder / "meeting").unlink(missing_ok=True)
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=take_part, args=(rank, count, folder, work)) for rank in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert all(process.exitcode is not None for process in processes)
    return [read_json(path) for rank in range(count) if (path := folder / f"{rank}.json").is_file()]


def weights_of(folder, rank=0):
    return read_tensors(folder / f"{rank}.safetensors")


@pytest.mark.parametrize("count", [2, 3])
def test_they_learn_what_one_process_learns(tmp_path, count):
    """The mean over unequal parts, weighted by classes and cut by its norm, is that over the whole batch."""
    alone = train(tmp_path)
    assert min(len(rows) for epoch in range(3) for rows in batches(epoch)) < count, "some get no document"
    assert len({len(rows) for rows in batches(0)}) > 3
    found = together(count, tmp_path / "together", train)
    for each in found:
        assert each["history"] == found[0]["history"]
        for entry, expected in zip(each["history"], alone.history, strict=True):
            assert entry == pytest.approx(expected, rel=1e-4)
    for rank in range(count):
        for name, value in weights_of(tmp_path / "together", rank).items():
            np.testing.assert_allclose(value, alone.best_state[name], rtol=1e-3, atol=1e-4)
            assert np.array_equal(value, weights_of(tmp_path / "together")[name])


def batches(epoch):
    return loop.epoch_batches(corpus(40, noise=0.6).lengths, settings=UNEVEN, seed=3, epoch=epoch)


def test_a_shared_training_that_was_killed_ends_with_the_same_bits(tmp_path, monkeypatch):
    """Each process draws dropout of its own, which does not depend on how often the training began again."""
    monkeypatch.setattr(loop, "SAVING_SHARE", 1e9)
    monkeypatch.setattr(loop, "SAVE_SECONDS", 0.0)
    whole = together(2, tmp_path / "whole", lambda folder: train(folder, dropout=0.4))
    real, calls = SmallNetwork.forward, []

    def interrupted(self, **batch):
        calls.append(1)
        if len(calls) == 25:
            os._exit(9)
        return real(self, **batch)

    monkeypatch.setattr(SmallNetwork, "forward", interrupted)
    assert together(2, tmp_path / "killed", lambda folder: train(folder, dropout=0.4)) == []
    monkeypatch.setattr(SmallNetwork, "forward", real)
    assert (tmp_path / "killed" / "checkpoint").is_dir()
    again = together(2, tmp_path / "killed", lambda folder: train(folder, dropout=0.4))
    assert [each["history"] for each in again] == [each["history"] for each in whole]
    for name, value in weights_of(tmp_path / "whole").items():
        assert np.array_equal(value, weights_of(tmp_path / "killed")[name])


class Poisoned(SmallNetwork):
    """Gives NaN for a document that holds token 29."""

    def forward(self, *, input_ids, lengths):
        logits = super().forward(input_ids=input_ids, lengths=lengths)
        return torch.where((input_ids == 29).any(dim=1, keepdim=True), torch.nan, logits)


def test_all_tell_the_document_whose_loss_is_nan_whoever_had_it(tmp_path):
    documents = from_lists([[5, 6]] * 4 + [[5, 29]] + [[7, 8, 9]] * 2, [0] * 4 + [1] * 3)
    settings = EVENTFUL | {"batch_size": 7, "accumulation": 1}
    found = together(
        2, tmp_path, lambda folder: train(folder, settings=settings, documents=documents, model=Poisoned())
    )
    assert found[0] == found[1] and "the loss became NaN" in found[0]["error"] and "document-4" in found[0]["error"]


def test_a_failing_process_ends_the_others_with_one_sentence(tmp_path):
    wait = [sys.executable, "-c", "import time; time.sleep(60)"]
    end = [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]
    with pytest.raises(StudyError, match="process 2 of the 3 .* by signal SIGKILL, and the others"):
        run_together([wait, end, wait], tmp_path)
    write_json(tmp_path / "0.json", {"sentence": "lost its partner", "expected": False, "time": 2.0})
    write_json(tmp_path / "1.json", {"sentence": "KeyError: 'x'", "expected": False, "time": 1.0})
    fail = [sys.executable, "-c", "raise SystemExit(1)"]
    with pytest.raises(StudyError, match=r"process 2 of the 2 .* with exit code 1 \(KeyError: 'x'\)"):
        run_together([fail, fail], tmp_path)
    write_json(tmp_path / "1.json", {"sentence": "the loss became NaN.", "expected": True, "time": 3.0})
    with pytest.raises(StudyError, match=r"^the loss became NaN\.$"):
        run_together([fail, fail], tmp_path)


def test_a_process_ends_with_the_one_that_started_it():
    """Also where that was killed: its end of the pipe is closed then."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(writing)
        sys.stdin = os.fdopen(reading)
        _end_with_parent()
    os.close(reading)
    os.close(writing)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 1


def test_a_run_on_two_gpus_is_that_of_one(frame, tmp_path, caplog):
    """From its files to its files, in processes as a rule starts them; without GPUs they share the processor."""
    caplog.set_level("INFO")
    training = {"epochs": 2, "batch_size": 4, "learning_rate": 0.05, "epsilon": 1e-3}
    sizes = {"hidden_size": 5, "embeddings": "random", "embedding_size": 6, "dropout": 0.0}
    model = RecurrentModel(architecture="recurrent", training=training, **sizes)
    runs = [trained_run(each, frame, tmp_path / str(each.gpu), tmp_path) for each in (model, shared(model))]
    one, two = (read_tensors(run.files.folder / "weights.safetensors") for run in runs)
    assert one.keys() == two.keys()
    for name, value in one.items():
        np.testing.assert_allclose(two[name], value, rtol=1e-3, atol=1e-4)
    assert "epoch 2" in caplog.text, "what the first process tells is in the log of the rule"
    assert not list((tmp_path / "2" / "checkpoints").iterdir())


def shared(model):
    return model.model_copy(update={"gpu": 2})


def test_too_few_gpus_are_told_before_anything_starts(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    run = run_of(shared(RecurrentModel(architecture="recurrent")), tmp_path)
    with pytest.raises(StudyError, match="gpu is 2, but this training may use 1 GPU: lower it, or .*gpu=2"):
        train_network(run, checkpoint_root=tmp_path)
