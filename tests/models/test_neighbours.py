"""The vote of nearest neighbours against scikit-learn's, its choice on validation, refits, and loading."""

import numpy as np
import torch
from sklearn.neighbors import NearestNeighbors

from remembered_runs import stand_in, trained
from textstudy.encode.encoders import load_encoder
from textstudy.models import neighbours
from textstudy.models.neighbours import DOUBT, build
from textstudy.models.pretrained import PretrainedClassifier
from textstudy.storage.files import read_tensors, write_tensors
from textstudy.train import neighbours as training
from textstudy.train.documents import Documents
from textstudy.train.predict import predict

CLASSES = 3
SETTINGS = {"architecture": "neighbours", "pooling": "mean", "neighbours": (1, 5, 15), "temperature": (0.02, 0.2)}


def clusters(count: int, seed: int, *, noise: float = 0.6) -> tuple[torch.Tensor, torch.Tensor]:
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, CLASSES, count)
    centres = np.eye(CLASSES, 8)
    states = centres[labels] + noise * generator.normal(size=(count, 8))
    return torch.tensor(states, dtype=torch.float32), torch.tensor(labels)


def test_what_is_compared_at_once_is_bounded_and_changes_no_vote(monkeypatch):
    states, labels = clusters(200, 0)
    new, _ = clusters(30, 1)
    model = build(SETTINGS, classes=CLASSES)
    model.remember(states, labels)
    whole = model.vote(7, 0.1)(new)
    monkeypatch.setattr(neighbours, "AT_ONCE", 5 * 200)
    torch.testing.assert_close(model(new), whole)


def test_the_vote_is_the_softmax_over_the_neighbours_that_scikit_learn_finds():
    states, labels = clusters(200, 0)
    new, _ = clusters(30, 1)
    model = build(SETTINGS, classes=CLASSES)
    model.remember(states, labels)
    found = model.vote(7, 0.1)(new).exp().numpy()
    distances, places = NearestNeighbors(n_neighbors=7, metric="cosine").fit(states).kneighbors(new)
    weights = np.exp((1 - distances) / 0.1)
    votes = np.stack([(weights * (labels.numpy()[places] == c)).sum(axis=1) for c in range(CLASSES)], axis=1)
    expected = (1 - DOUBT) * votes / votes.sum(axis=1, keepdims=True) + DOUBT / CLASSES
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)


def test_a_remembered_document_is_its_own_nearest_neighbour():
    states, labels = clusters(50, 2)
    model = build(SETTINGS, classes=CLASSES)
    model.remember(states, labels)
    assert torch.equal(model.vote(1, 0.1)(states * 3).argmax(dim=1), labels), "length does not count"


def test_more_neighbours_than_documents_are_all_documents():
    states, labels = clusters(4, 3)
    model = build(SETTINGS, classes=CLASSES)
    model.remember(states, labels)
    assert torch.equal(model.vote(100, 0.1)(states), model.vote(4, 0.1)(states))


def test_what_was_saved_votes_the_same(tmp_path):
    states, labels = clusters(60, 4)
    model = build(SETTINGS, classes=CLASSES)
    model.remember(states, labels)
    expected = model.vote(5, 0.05)(states)
    write_tensors(tmp_path / "w.safetensors", {name: value.numpy() for name, value in model.state_dict().items()})
    loaded = build(SETTINGS, classes=CLASSES)
    stored = read_tensors(tmp_path / "w.safetensors")
    loaded.load_state_dict({name: torch.from_numpy(value) for name, value in stored.items()})
    assert torch.equal(loaded(states), expected)


def test_on_the_encoder_itself_it_votes_on_the_pooled_states(encoder_of):
    model = build(SETTINGS, classes=2, encoder=load_encoder(encoder_of("bert"))).eval()
    assert isinstance(model, PretrainedClassifier)
    batch = {"input_ids": torch.randint(5, 60, (4, 9)), "lengths": torch.full((4,), 9)}
    with torch.no_grad():
        pooled = model.pool_documents(**batch)
        model.head.remember(pooled, torch.tensor([0, 1, 0, 1]))
        assert model(**batch).argmax(dim=1).tolist() == [0, 1, 0, 1]
    model.head.vote(3, 0.1)
    logits = model(**batch)
    logits[:, 0].sum().backward()  # explanations follow the gradient back to the embeddings
    assert model.encoder.embeddings.word_embeddings.weight.grad.abs().sum() > 0


def test_it_predicts_as_networks_do():
    states, labels = clusters(60, 4)
    model = build(SETTINGS, classes=CLASSES)
    model.remember(states, labels)
    model.vote(5, 0.05)
    ones = np.ones(60, dtype=np.int64)
    documents = Documents(ids=ones.astype(str), labels=labels, lengths=ones, starts=np.arange(60), features=states)
    assert np.allclose(predict(model, documents), model(states).exp().numpy(), atol=1e-6)


def test_validation_chooses_and_a_refit_remembers_more_with_the_same_choice(tmp_path, monkeypatch):
    splits = {}
    for seed, (name, count) in enumerate({"train": 300, "validation": 90, "test": 90}.items()):
        states, labels = clusters(count, seed)
        ids = np.array([f"{name}{row}" for row in range(count)])
        ones = np.ones(count, dtype=np.int64)
        splits[name] = Documents(ids=ids, labels=labels, lengths=ones, starts=np.arange(count), features=states)
    files = stand_in(tmp_path, splits, monkeypatch)
    weights, found = trained(training.train_neighbours, SETTINGS, tmp_path / "run", files)
    model = build(SETTINGS, classes=CLASSES)
    model.remember(splits["train"].features, splits["train"].labels)
    losses = {
        (count, temperature): float(
            torch.nn.functional.cross_entropy(
                model.vote(count, temperature)(splits["validation"].features), splits["validation"].labels
            )
        )
        for count in SETTINGS["neighbours"]
        for temperature in SETTINGS["temperature"]
    }
    assert tuple(found["chosen"].values()) == min(losses, key=losses.get)
    assert found["parameters"] == {"total": 900, "trainable": 0, "frozen": 900}  # without its pooler
    assert len(weights["states"]) == 300
    again, refit = trained(training.train_neighbours, SETTINGS, tmp_path / "refit", files, base=tmp_path / "run")
    assert refit["chosen"] == found["chosen"] and len(again["states"]) == 390
