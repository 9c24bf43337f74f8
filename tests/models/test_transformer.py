"""The Transformer against `torch.nn.TransformerEncoderLayer`, its positions against the paper; learning."""

import math

import pytest
import torch
from torch import nn

from textstudy.models.lengths import real_positions
from textstudy.models.parameters import count_parameters
from textstudy.models.transformer import TransformerLayer, build, sinusoids

SETTINGS = {
    "embedding_size": 8,
    "embeddings": "random",
    "freeze_embeddings": False,
    "embedding_dropout": 0.0,
    "word_dropout": 0.0,
    "layers": 2,
    "heads": 2,
    "hidden_size": 8,
    "feedforward_size": 12,
    "positions": "sinusoidal",
    "maximum_length": 6,
    "normalisation": "post",
    "activation": "relu",
    "pooling": "mean",
    "dropout": 0.0,
    "attention_dropout": 0.0,
}
BATCH = {"input_ids": torch.tensor([[3, 4, 5], [5, 4, 0]]), "lengths": torch.tensor([3, 2])}
NAMES = {  # ours → PyTorch's
    "attention.projection.weight": "self_attn.in_proj_weight",
    "attention.projection.bias": "self_attn.in_proj_bias",
    "attention.output.weight": "self_attn.out_proj.weight",
    "attention.output.bias": "self_attn.out_proj.bias",
    "feedforward.0.weight": "linear1.weight",
    "feedforward.0.bias": "linear1.bias",
    "feedforward.3.weight": "linear2.weight",
    "feedforward.3.bias": "linear2.bias",
    "attention_norm.weight": "norm1.weight",
    "attention_norm.bias": "norm1.bias",
    "feedforward_norm.weight": "norm2.weight",
    "feedforward_norm.bias": "norm2.bias",
}


@pytest.mark.parametrize("padded", [True, False])
@pytest.mark.parametrize("activation", ["relu", "gelu"])
@pytest.mark.parametrize("normalisation", ["pre", "post"])
def test_a_layer_equals_pytorchs_forward_and_backward(normalisation, activation, padded):
    torch.manual_seed(0)
    reference = nn.TransformerEncoderLayer(
        8, 2, 12, dropout=0.3, activation=activation, batch_first=True, norm_first=normalisation == "pre"
    ).eval()
    for parameter in reference.parameters():
        nn.init.normal_(parameter)  # norms and biases start as ones and zeros, where an error would not show
    ours = TransformerLayer(
        8, 2, 12, activation=activation, normalisation=normalisation, dropout=0.3, attention_dropout=0.3
    ).eval()
    weights = reference.state_dict()
    ours.load_state_dict({mine: weights[theirs] for mine, theirs in NAMES.items()})
    assert len(weights) == len(NAMES)

    real = real_positions(torch.tensor([5, 1, 3] if padded else [5, 5, 5]), 5)
    states = torch.randn(3, 5, 8)
    our_states, their_states = states.clone().requires_grad_(), states.clone().requires_grad_()
    found = ours(our_states, real if padded else None)
    expected = reference(their_states, src_key_padding_mask=~real)
    torch.testing.assert_close(found[real], expected[real], rtol=1e-4, atol=1e-5)
    factor = torch.randn(3, 5, 8) * real.unsqueeze(-1)
    (found * factor).sum().backward()
    (expected * factor).sum().backward()
    torch.testing.assert_close(our_states.grad, their_states.grad, rtol=1e-4, atol=1e-4)


def test_sinusoids_follow_the_paper():
    table = sinusoids(40, 6)
    for position in (0, 1, 39):
        for pair in range(3):
            angle = position / 10000 ** (2 * pair / 6)
            assert table[position, 2 * pair].item() == pytest.approx(math.sin(angle), abs=1e-5)
            assert table[position, 2 * pair + 1].item() == pytest.approx(math.cos(angle), abs=1e-5)
    assert sinusoids(40, 5).shape == (40, 5)


@pytest.mark.parametrize("positions", ["sinusoidal", "learned"])
def test_the_order_of_words_counts(positions):
    torch.manual_seed(0)
    model = build(SETTINGS | {"positions": positions}, classes=2, vocabulary_size=9).eval()
    lengths = torch.tensor([3])
    there, back = (model(input_ids=torch.tensor([ids]), lengths=lengths) for ids in ([3, 4, 5], [5, 4, 3]))
    assert not torch.allclose(there, back, atol=1e-3)


def test_documents_longer_than_the_learned_positions_are_refused():
    model = build(SETTINGS | {"positions": "learned", "pooling": "cls"}, classes=2, vocabulary_size=9).eval()
    longest = torch.full((1, 6), 3)
    assert model(input_ids=longest, lengths=torch.tensor([6])).isfinite().all()  # the class vector takes no position
    with pytest.raises(ValueError, match="7 tokens.*positions for 6.*maximum_length"):
        model(input_ids=torch.full((1, 7), 3), lengths=torch.tensor([7]))
    build(SETTINGS, classes=2, vocabulary_size=9)(input_ids=torch.full((1, 7), 3), lengths=torch.tensor([7]))


def test_word_vectors_start_small_and_enter_with_deviation_one():
    torch.manual_seed(0)
    model = build(SETTINGS | {"embedding_size": 64, "hidden_size": 64}, classes=2, vocabulary_size=2000)
    words = model.embedding.weight[1:]
    assert words.std().item() == pytest.approx(64**-0.5, rel=0.02)
    assert (words * model.scale).std().item() == pytest.approx(1.0, rel=0.02)
    assert not model.embedding.weight[0].any()


def test_pretrained_vectors_are_kept_and_projected_to_the_width():
    torch.manual_seed(0)
    vectors = torch.randn(9, 5)
    model = build(SETTINGS | {"embeddings": "glove", "embedding_size": 5}, classes=2, embedding=vectors)
    assert torch.equal(model.embedding.weight, vectors)
    assert model.projection.weight.shape == (8, 5)
    assert model(**BATCH).shape == (2, 2)
    assert list(build(SETTINGS, classes=2, vocabulary_size=9).projection.parameters()) == []


def test_poolings_by_hand():
    torch.manual_seed(0)
    states, real = torch.randn(2, 3, 8), real_positions(torch.tensor([3, 2]), 3)
    mean, cls, attention = (
        build(SETTINGS | {"pooling": pooling}, classes=2, vocabulary_size=9)._pool(states, real)
        for pooling in ("mean", "cls", "attention")
    )
    torch.testing.assert_close(mean, torch.stack([states[0].mean(0), states[1, :2].mean(0)]))
    assert torch.equal(cls, states[:, 0])
    assert attention.shape == (2, 8)


@pytest.mark.parametrize("normalisation", ["pre", "post"])
def test_what_leaves_the_layers_is_normalised(normalisation):
    torch.manual_seed(0)
    model = build(SETTINGS | {"normalisation": normalisation, "pooling": "cls"}, classes=2, vocabulary_size=9).eval()
    pooled = []
    model.head.register_forward_pre_hook(lambda _, inputs: pooled.append(inputs[0]))
    model(**BATCH)
    torch.testing.assert_close(pooled[0].mean(dim=1), torch.zeros(2), atol=1e-5, rtol=0)
    torch.testing.assert_close(pooled[0].var(dim=1, unbiased=False), torch.ones(2), atol=1e-3, rtol=0)


def test_parameters_of_the_small_study_by_hand():
    small = {"embedding_size": 64, "hidden_size": 64, "heads": 4, "feedforward_size": 128}
    model = build(SETTINGS | small, classes=2, vocabulary_size=5000)
    layer = 4 * 64**2 + 4 * 64 + (64 + 1) * 128 + (128 + 1) * 64 + 2 * 2 * 64
    assert count_parameters(model)["total"] == 5000 * 64 + 2 * layer + (64 + 1) * 2


def test_dropout_only_in_training():
    torch.manual_seed(0)
    model = build(SETTINGS | {"dropout": 0.3}, classes=2, vocabulary_size=9)
    assert not torch.equal(model(**BATCH), model(**BATCH))
    model.eval()
    assert torch.equal(model(**BATCH), model(**BATCH))


@pytest.mark.parametrize("pooling", ["mean", "cls", "attention"])
@pytest.mark.parametrize("normalisation", ["pre", "post"])
def test_one_batch_can_be_learned(normalisation, pooling):
    """Two documents of the same words in another order: only positions and attention tell them apart."""
    torch.manual_seed(0)
    chosen = {"normalisation": normalisation, "pooling": pooling, "positions": "learned"}
    model = build(SETTINGS | chosen, classes=2, vocabulary_size=9)
    ids, lengths = torch.tensor([[3, 4, 5, 6], [6, 5, 4, 3], [7, 8, 0, 0], [8, 7, 0, 0]]), torch.tensor([4, 4, 2, 2])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(100):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(input_ids=ids, lengths=lengths), torch.tensor([0, 1, 0, 1]))
        loss.backward()
        optimizer.step()
    assert loss < 0.05
    assert all(parameter.grad is not None for parameter in model.parameters())
