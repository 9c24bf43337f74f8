"""Kernel ridge regression against scikit-learn's, with fewer landmarks than documents, its choice, and refits."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.kernel_ridge import KernelRidge
from sklearn.preprocessing import StandardScaler, normalize

from remembered_runs import stand_in, trained
from textstudy.encode.encoders import load_encoder
from textstudy.models import kernel, remembered
from textstudy.models.kernel import build
from textstudy.models.pretrained import PretrainedClassifier
from textstudy.storage.files import read_tensors, write_tensors
from textstudy.train import kernel as training
from textstudy.train.documents import Documents

CLASSES = 3
GRID = {"gamma": (0.5, 2.0), "regularization": (0.1, 1.0), "temperature": (0.1, 0.5)}
SETTINGS = {"architecture": "kernel", "pooling": "mean", "landmarks": 1000, **GRID}
ONE = {**SETTINGS, "gamma": (0.7,), "regularization": (0.3,), "temperature": (0.2,)}


def documents(count: int, seed: int) -> Documents:
    """Two classes in opposite quadrants of a plane and a third above it: no straight border separates the first two."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, CLASSES, count)
    angles = generator.uniform(0.2, np.pi / 2 - 0.2, count) + np.pi * generator.integers(0, 2, count)
    angles += np.pi / 2 * (labels == 1)
    height = np.where(labels == 2, 3.0, 0.1 * generator.normal(size=count))
    states = np.stack([np.cos(angles), np.sin(angles), height, np.ones(count)], axis=1)
    ones = np.ones(count, dtype=np.int64)
    ids = np.array([f"d{seed}/{row}" for row in range(count)])
    features = torch.tensor(states, dtype=torch.float32)
    return Documents(ids=ids, labels=torch.tensor(labels), lengths=ones, starts=np.arange(count), features=features)


def fitted(train: Documents, settings=ONE):
    model = build(settings, classes=CLASSES, feature_size=4)
    training.fit_kernel(model, train, None, settings)
    return model


def test_scores_are_those_of_scikit_learn():
    train, new = documents(200, 0), documents(40, 1)
    scaler = StandardScaler().fit(train.features.double())

    def place(states):
        return normalize(scaler.transform(states.double()))

    targets = np.eye(CLASSES)[train.labels.numpy()]
    reference = KernelRidge(kernel="rbf", gamma=0.7, alpha=0.3).fit(
        place(train.features), targets - targets.mean(axis=0)
    )
    scores = reference.predict(place(new.features)) + targets.mean(axis=0)
    found = fitted(train)(new.features)
    np.testing.assert_allclose(found, torch.log_softmax(torch.tensor(scores) / 0.2, dim=1), atol=1e-3)


def test_it_draws_curved_borders():
    train, new = documents(400, 0), documents(200, 1)
    assert (fitted(train)(new.features).argmax(dim=1) == new.labels).float().mean() > 0.95


@given(landmarks=st.integers(1, 60), seed=st.integers(0, 5))
def test_with_landmarks_the_coefficients_have_the_least_penalised_squares(landmarks, seed):
    train = documents(60, seed)
    model = fitted(train, {**ONE, "landmarks": landmarks})
    assert len(model.states) == len(model.coefficients) == landmarks
    kernels = model.kernel(model.place(train.features)).double()
    own = model.kernel(model.states).double()
    targets = torch.nn.functional.one_hot(train.labels, CLASSES).double()
    targets -= targets.mean(dim=0)

    def loss(coefficients):
        errors = (kernels @ coefficients - targets).square().sum()
        return errors + 0.3 * (coefficients.T @ own @ coefficients).trace()

    least = loss(model.coefficients.double())
    generator = torch.Generator().manual_seed(seed)
    for size in (1e-2, 1e-1, 1.0):
        step = size * torch.randn(landmarks, CLASSES, generator=generator, dtype=torch.float64)
        assert loss(model.coefficients.double() + step) >= least - 1e-4


def test_all_documents_as_landmarks_are_what_kernel_ridge_is():
    train, new = documents(120, 0), documents(40, 1)
    model = fitted(train)
    exact = model(new.features)
    states, targets = model.states, torch.nn.functional.one_hot(train.labels, CLASSES).double()
    doubled = torch.cat([states, states])  # more documents than landmarks: each twice, with twice the penalty
    ((_, model.coefficients),) = training.solve(model, doubled, torch.cat([targets, targets]), [0.6])
    torch.testing.assert_close(model(new.features), exact, atol=1e-3, rtol=1e-3)


def test_equal_documents_are_fitted_all_the_same():
    once = documents(30, 0)
    same = Documents(
        ids=once.ids, labels=once.labels, lengths=once.lengths, starts=once.starts,
        features=once.features[:1].repeat(30, 1),
    )  # fmt: skip
    shares = torch.bincount(once.labels, minlength=CLASSES) / 30
    for landmarks in (30, 10):
        found = fitted(same, {**ONE, "landmarks": landmarks})(same.features[:1])
        torch.testing.assert_close(found[0], torch.log_softmax(shares / 0.2, dim=0), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("landmarks", [7, 200])
def test_what_is_compared_at_once_is_bounded_and_changes_nothing(monkeypatch, landmarks):
    train, new = documents(200, 0), documents(30, 1)
    whole = fitted(train, {**ONE, "landmarks": landmarks})(new.features)
    for module in (remembered, training):
        monkeypatch.setattr(module, "AT_ONCE", 5 * landmarks)
    torch.testing.assert_close(fitted(train, {**ONE, "landmarks": landmarks})(new.features), whole, atol=1e-4, rtol=0)


def test_it_compares_in_32_bits_also_where_the_encoder_computes_in_16():
    train, new = documents(100, 0), documents(30, 1)
    model = fitted(train)
    expected = model(new.features)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(model(new.features), expected)


def test_what_was_saved_predicts_the_same(tmp_path):
    train, new = documents(60, 0), documents(20, 1)
    model = fitted(train, {**ONE, "landmarks": 40})
    write_tensors(tmp_path / "w.safetensors", {name: value.numpy() for name, value in model.state_dict().items()})
    stored = read_tensors(tmp_path / "w.safetensors")
    loaded = build(ONE, classes=CLASSES, feature_size=4)
    loaded.load_state_dict({name: torch.from_numpy(value) for name, value in stored.items()})
    assert torch.equal(loaded(new.features), model(new.features))


def test_on_the_encoder_itself_it_compares_the_pooled_states(encoder_of):
    model = build(ONE, classes=2, encoder=load_encoder(encoder_of("bert"))).eval()
    assert isinstance(model, PretrainedClassifier) and isinstance(model.head, kernel.KernelRidge)
    batch = {"input_ids": torch.randint(5, 60, (6, 9)), "lengths": torch.full((6,), 9)}
    with torch.no_grad():
        pooled = model.pool_documents(**batch)
    ones = np.ones(6, dtype=np.int64)
    labels = torch.tensor([0, 1, 0, 1, 1, 0])
    train = Documents(ids=ones.astype(str), labels=labels, lengths=ones, starts=np.arange(6), features=pooled)
    training.fit_kernel(model.head, train, None, {**ONE, "regularization": (0.001,)})
    logits = model(**batch)
    assert logits.argmax(dim=1).tolist() == labels.tolist()
    logits[:, 0].sum().backward()  # explanations follow the gradient back to the embeddings
    assert model.encoder.embeddings.word_embeddings.weight.grad.abs().sum() > 0


def test_validation_chooses_and_a_refit_learns_from_more_with_the_same_choice(tmp_path, monkeypatch):
    parts = {"train": 200, "validation": 60, "test": 60}
    splits = {name: documents(count, seed) for seed, (name, count) in enumerate(parts.items())}
    files = stand_in(tmp_path, splits, monkeypatch)
    weights, found = trained(training.train_kernel, SETTINGS, tmp_path / "run", files)
    validation, losses = splits["validation"], {}
    for gamma in GRID["gamma"]:
        for regularization in GRID["regularization"]:
            for temperature in GRID["temperature"]:
                choice = {"gamma": gamma, "regularization": regularization, "temperature": temperature}
                model = fitted(splits["train"], {**SETTINGS, **{name: (value,) for name, value in choice.items()}})
                losses[tuple(choice.values())] = float(
                    torch.nn.functional.cross_entropy(model(validation.features), validation.labels)
                )
    assert tuple(found["chosen"].values()) == min(losses, key=losses.get)
    best = {**SETTINGS, **{name: (value,) for name, value in found["chosen"].items()}}
    np.testing.assert_allclose(weights["coefficients"], fitted(splits["train"], best).coefficients, atol=1e-5)
    again, refit = trained(training.train_kernel, SETTINGS, tmp_path / "refit", files, base=tmp_path / "run")
    assert refit["chosen"] == found["chosen"] and len(again["states"]) == 260
