"""Word vectors: random or copied, frozen or learned, and refused where they do not fit."""

import pytest
import torch

from textstudy.models.embeddings import vector_dropout, word_embedding

RANDOM = {"embeddings": "random", "embedding_size": 6, "freeze_embeddings": False}
GLOVE = RANDOM | {"embeddings": "glove"}


@pytest.mark.parametrize("freeze", [True, False])
def test_pretrained_vectors_are_copied_and_frozen_when_asked(freeze):
    vectors = torch.randn(12, 6)
    table = word_embedding(GLOVE | {"freeze_embeddings": freeze}, vocabulary_size=None, embedding=vectors)
    assert torch.equal(table.weight, vectors)
    assert table.weight.data_ptr() != vectors.data_ptr()
    assert table.weight.requires_grad is not freeze


def test_padding_learns_nothing():
    table = word_embedding(GLOVE, vocabulary_size=None, embedding=torch.randn(12, 6))
    table(torch.tensor([[3, 0]])).sum().backward()
    assert table.weight.grad[3].all()
    assert not table.weight.grad[0].any()


@pytest.mark.parametrize(("options", "deviation"), [({}, 0.1), ({"deviation": 0.5}, 0.5)])
def test_random_vectors_have_the_deviation_asked_for_and_padding_is_zero(options, deviation):
    torch.manual_seed(0)
    table = word_embedding(RANDOM | {"embedding_size": 50}, vocabulary_size=400, embedding=None, **options)
    assert table.weight.shape == (400, 50)
    assert not table.weight[0].any()
    assert table.weight[1:].std().item() == pytest.approx(deviation, rel=0.02)


def test_random_vectors_are_random_even_where_pretrained_ones_are_at_hand():
    table = word_embedding(RANDOM, vocabulary_size=5, embedding=torch.zeros(7, 6))
    assert table.weight.shape == (5, 6)
    assert table.weight[1:].all()


def test_vectors_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="6 dimensions are needed, there are 4"):
        word_embedding(GLOVE, vocabulary_size=5, embedding=torch.zeros(5, 4))
    with pytest.raises(ValueError, match="there are none"):
        word_embedding(GLOVE, vocabulary_size=5, embedding=None)
    with pytest.raises(ValueError, match="vocabulary"):
        word_embedding(RANDOM, vocabulary_size=None, embedding=None)


def test_word_dropout_leaves_out_whole_vectors():
    torch.manual_seed(0)
    dropped = vector_dropout({"word_dropout": 0.25, "embedding_dropout": 0.0})(torch.ones(100, 40, 8))
    left_out = (dropped == 0).all(dim=-1)  # (time, batch)
    assert left_out.float().mean().item() == pytest.approx(0.25, abs=0.02)
    torch.testing.assert_close(dropped[~left_out], torch.full((int((~left_out).sum()), 8), 1 / 0.75))


def test_embedding_dropout_leaves_out_single_elements_and_only_in_training():
    torch.manual_seed(0)
    dropout, vectors = vector_dropout({"word_dropout": 0.0, "embedding_dropout": 0.25}), torch.ones(100, 40, 8)
    zeros = dropout(vectors) == 0
    assert zeros.float().mean().item() == pytest.approx(0.25, abs=0.02)
    assert zeros.all(dim=-1).float().mean() < 0.01
    assert torch.equal(dropout.eval()(vectors), vectors)
