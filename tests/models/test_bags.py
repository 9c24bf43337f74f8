"""Averaged vectors against a plain loop, and what their sparse gradients are."""

import pytest
import torch
from torch.nn import functional

from textstudy.models import fasttext, static

FASTTEXT = {"embedding_size": 5, "dropout": 0.0}
STATIC = {"freeze_embeddings": False, "word_dropout": 0.0, "head": "two_layer", "head_size": None, "dropout": 0.0}
DOCUMENTS = [[4, 7, 4], [9], [0], [3, 2, 8, 8, 1]]


def padded(documents):
    lengths = torch.tensor([len(ids) for ids in documents])
    rows = [torch.tensor(ids) for ids in documents]
    return {"input_ids": torch.nn.utils.rnn.pad_sequence(rows, batch_first=True), "lengths": lengths}


def make(kind, **changes):
    torch.manual_seed(0)
    if kind == "static":
        return static.build(STATIC | changes, classes=3, embedding=torch.randn(12, 5))
    model = fasttext.build(FASTTEXT | changes, classes=3, vocabulary_size=12)
    torch.nn.init.normal_(model.head.weight)  # it begins at zero
    return model


def plain_logits(model, documents, table):
    """The head on the mean of each document's vectors, where 0 is no token."""
    means = []
    for ids in documents:
        found = [table[token] for token in ids if token]
        means.append(torch.stack(found).mean(dim=0) if found else torch.zeros(table.shape[1]))
    return model.head(torch.stack(means))


@pytest.mark.parametrize("kind", ["static", "fasttext"])
def test_logits_and_sparse_gradients_are_those_of_plain_means(kind, monkeypatch):
    model = make(kind)
    table = model.embedding.weight.detach().clone().requires_grad_()
    expected, logits = plain_logits(model, DOCUMENTS, table), model(**padded(DOCUMENTS))
    torch.testing.assert_close(logits, expected)
    labels = torch.tensor([0, 1, 2, 0])
    functional.cross_entropy(expected, labels).backward()
    model.zero_grad()
    functional.cross_entropy(logits, labels).backward()
    gradient = model.embedding.weight.grad
    assert gradient.is_sparse and set(gradient.coalesce().indices()[0].tolist()) == {1, 2, 3, 4, 7, 8, 9}
    torch.testing.assert_close(gradient.to_dense(), table.grad)
    assert not model.eval().embedding.sparse and model.train().embedding.sparse
    monkeypatch.setattr(torch.onnx, "is_in_onnx_export", lambda: True)
    torch.testing.assert_close(model.eval()(**padded(DOCUMENTS)), expected)


def test_padding_and_the_order_of_words_change_nothing():
    model = make("static").eval()
    together = model(**padded(DOCUMENTS))
    alone = torch.cat([model(**padded([ids])) for ids in DOCUMENTS])
    torch.testing.assert_close(alone, together)
    torch.testing.assert_close(model(**padded([ids[::-1] for ids in DOCUMENTS])), together)


def test_frozen_vectors_do_not_learn_and_the_callers_are_not_written_to():
    vectors = torch.randn(12, 5)
    model = static.build(STATIC | {"freeze_embeddings": True, "head": "linear"}, classes=3, embedding=vectors)
    assert not model.embedding.weight.requires_grad
    assert model.embedding.weight.data_ptr() != vectors.data_ptr()
    assert sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad) == 5 * 3 + 3


def test_dropout_leaves_out_words_and_keeps_the_scale():
    model = make("fasttext", dropout=0.5)
    document = [[4] * 50]
    torch.testing.assert_close(model(**padded(document)), model.eval()(**padded(document)))
    several = padded([[1, 2, 3, 4, 5, 6, 7, 8]])
    assert not torch.equal(model.train()(**several), model.eval()(**several))
