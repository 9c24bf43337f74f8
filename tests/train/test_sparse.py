"""Tables that learn by sparse gradients, in the project's own loop."""

import pytest
import torch

from textstudy.models import fasttext
from textstudy.train.loop import fit
from textstudy.train.optimizers import make_optimizer
from train.small_network import CLASSES, EVENTFUL, SETTINGS, corpus
from train.test_checkpoints import same_bits

EVERYTHING = EVENTFUL | {"weight_decay": 0.0}
BATCH = {"input_ids": torch.tensor([[5, 6, 7], [8, 6, 0]]), "lengths": torch.tensor([3, 2])}


def bag(*, dropout=0.0, dense=False):
    torch.manual_seed(1)
    model = fasttext.build({"embedding_size": 8, "dropout": dropout}, classes=3, vocabulary_size=30)
    torch.nn.init.normal_(model.head.weight)
    if dense:
        model.embedding.sparse = False
    return model


def take_step(model, optimizer):
    torch.nn.functional.cross_entropy(model(**BATCH), torch.tensor([0, 1])).backward()
    optimizer.step()
    optimizer.zero_grad()


@pytest.mark.parametrize("kind", ["adam", "adamw"])
def test_rows_that_every_batch_reads_learn_as_with_adam_and_others_stay(kind):
    settings = SETTINGS | {"optimizer": kind}
    sparse, dense = bag(), bag(dense=True)
    before = sparse.embedding.weight.detach().clone()
    optimizers = make_optimizer(sparse, settings), make_optimizer(dense, settings)
    for _ in range(5):
        take_step(sparse, optimizers[0])
        take_step(dense, optimizers[1])
    torch.testing.assert_close(sparse.state_dict(), dense.state_dict())
    read = torch.zeros(30, dtype=torch.bool)
    read[[5, 6, 7, 8]] = True
    now = sparse.embedding.weight.detach()
    assert torch.equal(now[~read], before[~read]) and not torch.isclose(now[read], before[read]).any()


def train(folder, model, *, settings=EVERYTHING, fail_after=None):
    calls = 0

    def count(*_):
        nonlocal calls
        calls += 1
        if calls == fail_after:
            raise InterruptedError("power cut")

    model.register_forward_hook(count)
    options = {"settings": settings, "classes": CLASSES, "seed": 3, "checkpoint_folder": folder}
    return fit(model, corpus(60, noise=0.6), corpus(30, seed=1, noise=0.6), **options), calls


def test_a_stopped_training_ends_with_the_bits_of_one_never_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr("textstudy.train.loop.SAVE_SECONDS", 0.0)
    monkeypatch.setattr("textstudy.train.loop.SAVING_SHARE", 1e9)
    whole, calls = train(tmp_path / "whole", bag(dropout=0.4))
    with pytest.raises(InterruptedError):
        train(tmp_path / "stopped", bag(dropout=0.4), fail_after=calls // 2)
    assert list((tmp_path / "stopped").iterdir()), "there must be something to go on from"
    assert same_bits(train(tmp_path / "stopped", bag(dropout=0.4))[0], whole)


def test_norm_and_clipping_are_those_of_dense_gradients(tmp_path):
    # Adam and SparseAdam add epsilon before and after the correction of their moments.
    settings = SETTINGS | {"epochs": 1, "gradient_clip": 0.05, "batch_size": 60, "epsilon": 1e-20}
    found = [train(tmp_path / name, model, settings=settings)[0] for name, model in (("a", bag()), ("b", bag()))]
    dense = bag()
    dense.train = lambda mode=True: torch.nn.Module.train(dense, mode)
    dense.embedding.sparse = False
    expected, _ = train(tmp_path / "dense", dense, settings=settings)
    assert same_bits(*found)
    assert found[0].history[0]["gradient_norm"] == pytest.approx(expected.history[0]["gradient_norm"], rel=1e-5)
    torch.testing.assert_close(found[0].best_state, expected.best_state)
