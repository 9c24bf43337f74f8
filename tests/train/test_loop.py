"""The loop against plain PyTorch, and the promises of its history."""

import copy
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score
from torch import nn
from transformers import get_cosine_schedule_with_warmup

from textstudy.errors import StudyError
from textstudy.train import steps
from textstudy.train import validation as validation_figures
from textstudy.train.documents import Documents
from textstudy.train.loop import fit
from textstudy.train.objective import Objective, balanced_class_weights, macro_f1
from textstudy.train.optimizers import make_optimizer
from textstudy.train.predict import predict_logits
from textstudy.train.progress import best_epoch, is_over
from textstudy.train.steps import Stepper
from train.small_network import CLASSES, EVENTFUL, SETTINGS, SmallNetwork, corpus, from_lists, network


def run(model, train, validation, folder, **changes):
    settings = SETTINGS | changes
    return fit(model, train, validation, settings=settings, classes=CLASSES, seed=3, checkpoint_folder=folder)


def whole(documents):
    """All documents as one batch."""
    return documents.batch(np.arange(len(documents)))


def test_parity_with_a_plain_pytorch_loop(tmp_path):
    train, validation = corpus(30), corpus(20, seed=1)
    model = network()
    reference = copy.deepcopy(model)
    result = run(
        model,
        train,
        validation,
        tmp_path,
        batch_size=30,
        epochs=8,
        optimizer="adamw",
        weight_decay=0.1,
        schedule="cosine",
        warmup_share=0.25,
        gradient_clip=0.3,
        label_smoothing=0.1,
        class_weights=True,
    )
    counts = np.bincount(train.labels.numpy(), minlength=3)
    weights = torch.tensor(3 * (1 / counts) / (1 / counts).sum(), dtype=torch.float32)
    criterion = nn.CrossEntropyLoss(weight=weights, label_smoothing=0.1)
    plain = [p for name, p in reference.named_parameters() if "bias" in name or "norm" in name]
    decayed = [p for name, p in reference.named_parameters() if not ("bias" in name or "norm" in name)]
    groups = [{"params": decayed, "weight_decay": 0.1}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=0.01, foreach=False, fused=False)
    schedule = get_cosine_schedule_with_warmup(optimizer, num_warmup_steps=2, num_training_steps=8)
    validation_losses, norms = [], []
    for _ in range(8):
        optimizer.zero_grad()
        criterion(reference(**whole(train)), train.labels).backward()
        norms.append(float(nn.utils.clip_grad_norm_(reference.parameters(), 0.3)))
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            validation_losses.append(float(criterion(reference(**whole(validation)), validation.labels)))
    assert [entry["validation_loss"] for entry in result.history] == pytest.approx(validation_losses, rel=1e-4)
    assert [entry["gradient_norm"] for entry in result.history] == pytest.approx(norms, rel=1e-3)
    assert max(norms) > 0.3  # the clip had work to do
    assert result.history[0]["learning_rate"] == 0.0
    assert result.history[2]["learning_rate"] == pytest.approx(0.01)


def test_means_are_over_documents_whatever_the_batches(tmp_path):
    """A rate of 0 leaves the weights alone, so the epoch's means must equal those over all documents at once."""
    train, validation = corpus(13), corpus(11, seed=1)
    model = network()
    changes = {"learning_rate": 0.0, "epochs": 1, "label_smoothing": 0.2, "class_weights": True, "batch_size": 4}
    (entry,) = run(model, train, validation, tmp_path, **changes).history
    weights = balanced_class_weights(train.labels, classes=3)
    criterion = nn.CrossEntropyLoss(weight=weights, label_smoothing=0.2)
    model.eval()
    with torch.no_grad():
        logits, held_out = model(**whole(train)), model(**whole(validation))
    assert entry["train_loss"] == pytest.approx(float(criterion(logits, train.labels)), rel=1e-5)
    assert entry["train_accuracy"] == accuracy_score(train.labels, logits.argmax(1))
    assert entry["validation_loss"] == pytest.approx(float(criterion(held_out, validation.labels)), rel=1e-5)
    assert entry["validation_accuracy"] == accuracy_score(validation.labels, held_out.argmax(1))
    reference_f1 = f1_score(validation.labels, held_out.argmax(1), average="macro", zero_division=0)
    assert entry["validation_macro_f1"] == reference_f1


def test_the_training_accuracy_is_that_of_the_kept_weights_without_dropout(tmp_path):
    train, validation = corpus(30, noise=0.6), corpus(12, seed=1, noise=0.6)
    model = network(dropout=0.7)
    result = run(model, train, validation, tmp_path, epochs=6)
    model.load_state_dict(result.best_state)
    model.eval()
    with torch.no_grad():
        assert result.train_accuracy == accuracy_score(train.labels, model(**whole(train)).argmax(1))
    assert result.train_accuracy != result.history[result.best_epoch - 1]["train_accuracy"]
    assert result.lap.cpu_seconds > 0 and result.load_average["cores"] >= 1


def test_the_training_accuracy_of_many_documents_is_that_of_an_even_sample(tmp_path, monkeypatch):
    train, model = corpus(31, noise=0.6), network()
    monkeypatch.setattr(validation_figures, "TRAINING_SAMPLE", 7)
    rows = [0, 5, 10, 15, 20, 25, 30]
    with torch.no_grad():
        right = model.eval()(**whole(train)).argmax(1) == train.labels
    assert validation_figures.training_accuracy(model, train) == pytest.approx(float(right[rows].float().mean()))


@pytest.mark.parametrize("class_weights", [False, True])
def test_accumulation_equals_the_large_batch(tmp_path, class_weights):
    """Ten documents as 4 + 4 + 2 in one step are the same step as ten at once."""
    train, validation = corpus(10), corpus(9, seed=1)
    results = [
        run(network(), train, validation, tmp_path / name, epsilon=1e-3, class_weights=class_weights, **changes)
        for name, changes in {"large": {"batch_size": 10}, "small": {"batch_size": 4, "accumulation": 3}}.items()
    ]
    for name, value in results[0].best_state.items():
        torch.testing.assert_close(value, results[1].best_state[name], atol=1e-5, rtol=1e-4)
    for key in ("train_loss", "validation_loss", "gradient_norm"):
        large, small = ([entry[key] for entry in result.history] for result in results)
        assert large == pytest.approx(small, rel=1e-4)


def test_one_batch_is_learnt_by_heart(tmp_path):
    train = corpus(8, noise=1.0)
    result = run(network(hidden=24), train, train, tmp_path, epochs=150, select_by="loss")
    assert result.history[-1]["train_loss"] < 0.01
    assert result.history[-1]["train_accuracy"] == 1.0


@pytest.mark.parametrize("select_by", ["loss", "accuracy", "macro_f1"])
def test_early_stopping_keeps_the_best_epochs_weights(tmp_path, select_by):
    train, validation = corpus(40, noise=0.8), corpus(40, seed=1, noise=0.8)
    model = network(hidden=16)
    changes = {"epochs": 60, "patience": 3, "select_by": select_by, "learning_rate": 0.03}
    result = run(model, train, validation, tmp_path, **changes)
    key, optimum = f"validation_{select_by}", (min if select_by == "loss" else max)
    figures = [entry[key] for entry in result.history]
    assert result.best_epoch == figures.index(optimum(figures)) + 1
    assert len(figures) == result.best_epoch + 3 < 60
    logits = predict_logits(model, validation)
    loss = float(nn.functional.cross_entropy(logits, validation.labels))
    assert loss == pytest.approx(result.history[result.best_epoch - 1]["validation_loss"], rel=1e-6)
    assert all(torch.equal(value, result.best_state[name]) for name, value in model.state_dict().items())


def test_the_best_epoch_of_equals_is_the_earliest():
    history = [{"epoch": 1 + i, "validation_accuracy": value} for i, value in enumerate([0.5, 0.7, 0.7, 0.6])]
    assert best_epoch(history, select_by="accuracy") == 2
    assert not is_over(history, epochs=10, patience=3, select_by="accuracy")
    assert is_over(history, epochs=10, patience=2, select_by="accuracy")
    assert is_over(history, epochs=4, patience=None, select_by="accuracy")
    assert not is_over([], epochs=4, patience=0, select_by="accuracy")


def test_plateau_halves_the_rate_when_validation_stalls(tmp_path):
    train, validation = corpus(16), corpus(16, seed=1)
    result = run(network(), train, validation, tmp_path, learning_rate=0.0, schedule="plateau", plateau_patience=0)
    assert [entry["learning_rate"] for entry in result.history] == [0.0] * 4
    result = run(network(), train, validation, tmp_path / "two", learning_rate=1e-30, schedule="plateau", epochs=5)
    # Steps too small to change anything: no epoch after the first improves, and each halves the rate.
    assert [entry["learning_rate"] for entry in result.history] == [1e-30, 1e-30, 5e-31, 2.5e-31, 1.25e-31]


def test_same_seed_same_bits_another_seed_others(tmp_path):
    train, validation = corpus(30), corpus(10, seed=1)

    def weights(name, seed):
        model = network(dropout=0.4)
        options = {"settings": SETTINGS, "classes": CLASSES, "checkpoint_folder": tmp_path / name}
        return fit(model, train, validation, seed=seed, **options).best_state["output.weight"]

    first = weights("first", 5)
    assert torch.equal(first, weights("again", 5))
    assert not torch.equal(first, weights("other", 6))


def test_frozen_parameters_stay_and_cost_no_state(tmp_path):
    model = network()
    model.embedding.weight.requires_grad_(False)
    before = model.embedding.weight.clone()
    run(model, corpus(16), corpus(8, seed=1), tmp_path, optimizer="adamw", weight_decay=0.5)
    assert torch.equal(before, model.embedding.weight)
    held = {id(parameter) for group in make_optimizer(model, SETTINGS).param_groups for parameter in group["params"]}
    assert held == {id(parameter) for parameter in model.parameters() if parameter.requires_grad}


class Poisoned(SmallNetwork):
    """Gives NaN (or an infinite gradient) for any document that holds token 29."""

    def __init__(self, *, where: str):
        super().__init__()
        self.where = where

    def forward(self, *, input_ids, lengths):
        logits = super().forward(input_ids=input_ids, lengths=lengths)
        poisoned = (input_ids == 29).any(dim=1).nonzero()[:, 0]
        if self.where == "loss":
            return logits * torch.ones_like(logits).index_fill(0, poisoned, math.nan)
        # The square root of 0 is finite, its derivative there is not.
        return logits.index_add(0, poisoned, (logits - logits.detach())[poisoned].abs().sqrt())


@pytest.mark.parametrize("where", ["loss", "gradient"])
def test_a_nan_stops_the_run_with_the_documents_named(tmp_path, where):
    train = from_lists([[5, 6]] * 9 + [[5, 29]] + [[7, 8, 9]] * 6, [0] * 8 + [1] * 8)
    with pytest.raises(StudyError, match=f"{where} became NaN.* at step .*document-9.*learning_rate") as caught:
        run(Poisoned(where=where), train, corpus(8, noise=0.0), tmp_path, batch_size=2)
    assert str(tmp_path) in str(caught.value)
    assert str(caught.value).count("document-") == 2


@pytest.fixture
def as_on_a_gpu(monkeypatch):
    """The figures of steps are read late."""
    monkeypatch.setattr(steps, "most_unread", lambda device, precision: 5)


def test_figures_that_are_read_late_are_the_same_to_the_bit(tmp_path, monkeypatch, request):
    read = []
    real = Stepper.read
    monkeypatch.setattr(Stepper, "read", lambda stepper: read.append(len(stepper.unread)) or real(stepper))
    results = []
    for folder in ("now", "late"):
        settings = EVENTFUL | {"epochs": 4}
        results.append(run(network(dropout=0.3), corpus(100), corpus(20, seed=1), tmp_path / folder, **settings))
        if folder == "now":
            assert set(read) == {1, 0}  # and once at the end of an epoch, where nothing is left
            read.clear()
            request.getfixturevalue("as_on_a_gpu")
    assert read[:3] == [5, 5, 3]  # 25 batches of 4 are 13 steps
    assert results[0].history == results[1].history
    for name, value in results[0].best_state.items():
        assert torch.equal(value, results[1].best_state[name])


@pytest.mark.usefixtures("as_on_a_gpu")
def test_a_nan_that_is_read_late_is_that_of_its_own_step(tmp_path):
    """The steps after it are NaN as well: the first counts. No checkpoint holds such weights."""
    train = from_lists([[5, 6]] * 9 + [[5, 29]] + [[7, 8, 9]] * 6, [0] * 8 + [1] * 8)
    messages = []
    for late in (1, 5):
        with pytest.MonkeyPatch.context() as patch, pytest.raises(StudyError) as caught:
            patch.setattr(steps, "most_unread", lambda device, precision, late=late: late)
            run(Poisoned(where="loss"), train, corpus(8, noise=0.0), tmp_path, batch_size=2)
        messages.append(str(caught.value))
    assert messages[0] == messages[1] and list(tmp_path.rglob("*.safetensors")) == []


@pytest.mark.parametrize(("device", "precision", "expected"), [
    ("cpu", "bfloat16", 1), ("cuda", "bfloat16", 16), ("cuda", "float32", 16), ("cuda", "float16", 1)
])  # fmt: skip
def test_only_a_gpu_is_read_late(device, precision, expected):
    assert steps.most_unread(torch.device(device), precision) == expected


def test_batches_too_large_for_the_gpu_are_cut_and_learn_the_same(tmp_path, monkeypatch, caplog):
    changes = {"batch_size": 16, "gradient_clip": 0.5, "label_smoothing": 0.1, "class_weights": True}
    train, validation = corpus(60), corpus(20, seed=1)
    expected = run(network(), train, validation, tmp_path / "whole", **changes)
    model = network()
    real, sizes = model.forward, []

    def forward(**batch):
        sizes.append(batch["input_ids"].numel())
        if sizes[-1] > 80:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return real(**batch)

    monkeypatch.setattr(model, "forward", forward)
    found = run(model, train, validation, tmp_path / "cut", **changes)
    assert expected.most_tokens is None and 40 < found.most_tokens <= 80
    assert "gradients of" in caplog.text
    for entry, before in zip(found.history, expected.history, strict=True):
        assert entry == pytest.approx(before, rel=1e-3)
    for name, value in expected.best_state.items():
        torch.testing.assert_close(found.best_state[name], value, atol=2e-3, rtol=1e-2)


def test_a_document_too_large_for_the_gpu_ends_the_training(tmp_path, monkeypatch):
    model = network()

    def forward(**batch):
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(model, "forward", forward)
    with pytest.raises(StudyError, match=r"a single document of \d+ tokens does not fit"):
        run(model, corpus(30), corpus(20, seed=1), tmp_path, batch_size=16)


def test_a_nan_on_validation_stops_the_run(tmp_path):
    train = from_lists([[5, 6], [7]], [0, 1])
    with pytest.raises(StudyError, match="validation loss became nan after epoch 1"):
        run(Poisoned(where="loss"), train, from_lists([[29]], [0]), tmp_path)


def test_an_empty_split_is_refused(tmp_path):
    train = corpus(4)
    with pytest.raises(StudyError, match="validation split has no documents"):
        run(network(), train, train.select(np.array([], dtype=np.int64)), tmp_path)


def test_class_weights_by_hand():
    weights = balanced_class_weights(torch.tensor([0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2]), classes=3)
    inverse = [1 / 3, 1 / 4, 1 / 5]
    assert weights.tolist() == pytest.approx([3 * value / sum(inverse) for value in inverse])
    assert balanced_class_weights(torch.tensor([0, 1]), classes=3).tolist() == [1.5, 1.5, 0.0]


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_sums_over_parts_are_torchs_mean_over_all(smoothing):
    torch.manual_seed(0)
    logits, labels, weights = torch.randn(11, 4), torch.randint(0, 4, (11,)), torch.tensor([0.2, 1.0, 2.0, 0.8])
    objective = Objective(class_weights=weights, label_smoothing=smoothing)
    parts = [slice(0, 5), slice(5, 11)]
    loss = sum(objective.loss_sum(logits[part], labels[part]) for part in parts)
    weight = sum(objective.weight_sum(labels[part]) for part in parts)
    torch.testing.assert_close(loss / weight, nn.CrossEntropyLoss(weights, label_smoothing=smoothing)(logits, labels))


def test_memory_and_times_are_measured(tmp_path):
    result = run(network(), corpus(16), corpus(8, seed=1), tmp_path)
    assert len(result.epoch_seconds) == 4
    assert sum(result.epoch_seconds) == pytest.approx(result.lap.seconds)
    assert 50 < result.peak_memory_mb < 50_000


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40))
def test_macro_f1_is_scikit_learns(pairs):
    true, predicted = np.array(pairs).T
    expected = f1_score(true, predicted, average="macro", zero_division=0)
    assert macro_f1(true, predicted, classes=5) == pytest.approx(expected)


def test_without_validation_nothing_is_chosen_and_the_last_weights_stay(tmp_path):
    model = network()
    result = run(model, corpus(30), None, tmp_path, patience=1)
    assert result.best_epoch == len(result.history) == SETTINGS["epochs"]
    assert not any("validation_loss" in entry for entry in result.history) and result.diagnosis == []
    for name, value in model.state_dict().items():
        assert torch.equal(value, result.best_state[name])


def test_a_run_stopped_early_follows_the_course_of_the_whole(tmp_path):
    """The learning rate falls as it would over all epochs; the run ends before."""
    train, validation = corpus(30), corpus(20, seed=1)
    settings = SETTINGS | {"schedule": "cosine"}
    options = {"settings": settings, "classes": CLASSES, "seed": 3}
    whole_run = fit(network(), train, validation, checkpoint_folder=tmp_path / "whole", **options)
    part = fit(network(), train, None, checkpoint_folder=tmp_path / "part", stop_after=2, **options)
    assert len(part.history) == 2
    for entry, full in zip(part.history, whole_run.history, strict=False):
        assert (entry["learning_rate"], entry["train_loss"]) == (full["learning_rate"], full["train_loss"])


def test_a_plateau_needs_validation(tmp_path):
    with pytest.raises(StudyError, match="plateau needs a validation loss"):
        run(network(), corpus(30), None, tmp_path, schedule="plateau")


def test_a_float16_step_that_overflows_is_skipped_and_has_no_norm(tmp_path, monkeypatch):
    """Its scale is halved until gradients fit; meanwhile the history stays a table of finite numbers."""
    scaler = torch.amp.GradScaler
    monkeypatch.setattr(torch.amp, "GradScaler", lambda device: scaler(device, init_scale=2.0**24))
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(30, 6, generator=generator)
    documents = Documents(
        ids=np.arange(30).astype(str),
        labels=(features[:, 0] > 0).long(),
        lengths=np.ones(30, dtype=np.int64),
        starts=np.arange(30),
        features=features,
    )
    model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 2))
    model.forward = lambda features: nn.Sequential.forward(model, features)
    settings = SETTINGS | {"precision": "float16", "epochs": 6}
    options = {"settings": settings, "classes": ["a", "b"], "seed": 1, "checkpoint_folder": tmp_path}
    result = fit(model, documents, documents, **options)
    assert result.precision == "float16"
    assert all(math.isfinite(value) for entry in result.history for value in entry.values())
    assert result.history[-1]["gradient_norm"] > 0
    assert result.history[-1]["train_loss"] < result.history[0]["train_loss"]
