"""The padded path against packed `torch.nn` networks with the same weights, and what the classifier learns."""

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from textstudy.models.embeddings import DEVIATION
from textstudy.models.parameters import count_parameters
from textstudy.models.recurrent import RecurrentEncoder, build

REFERENCES = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
SETTINGS = {
    "cell": "lstm",
    "layers": 2,
    "hidden_size": 5,
    "bidirectional": True,
    "embedding_size": 6,
    "embeddings": "random",
    "freeze_embeddings": False,
    "tfidf_weighting": False,
    "pooling": "final",
    "dropout": 0.3,
    "embedding_dropout": 0.0,
    "word_dropout": 0.0,
}


def reference_and_ours(cell, layers, bidirectional, input_size=7, hidden_size=5):
    """Return a packed network, ours with its weights, and the pairs of parameters that correspond."""
    reference = REFERENCES[cell](input_size, hidden_size, layers, bidirectional=bidirectional)
    ours = RecurrentEncoder(cell, input_size, hidden_size, layers=layers, bidirectional=bidirectional, dropout=0.0)
    theirs, pairs = dict(reference.named_parameters()), []
    for index, layer in enumerate(ours.layers):
        for network, suffix in ((layer.ahead, ""), (layer.back, "_reverse")):
            if network is not None:
                pairs += [
                    (theirs[name.replace("l0", f"l{index}") + suffix], p) for name, p in network.named_parameters()
                ]
    assert len(pairs) == len(theirs) == len(list(ours.parameters()))
    with torch.no_grad():
        for source, target in pairs:
            target.copy_(source)
    return reference, ours, pairs


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_equal_to_packed_sequences_forward_and_backward(cell, layers, bidirectional):
    torch.manual_seed(0)
    reference, ours, pairs = reference_and_ours(cell, layers, bidirectional)
    lengths = torch.tensor([3, 9, 1, 6])
    inputs = torch.randn(11, 4, 7)  # two steps longer than the longest document
    packed_inputs, padded_inputs = inputs.clone().requires_grad_(), inputs.clone().requires_grad_()

    packed_states, hidden = reference(pack_padded_sequence(packed_inputs, lengths, enforce_sorted=False))
    expected, _ = pad_packed_sequence(packed_states, total_length=11)
    hidden = hidden[0] if cell == "lstm" else hidden  # (layers · directions, batch, hidden)
    expected_final = torch.cat(list(hidden[-2:] if bidirectional else hidden[-1:]), dim=-1)

    states = ours(padded_inputs, lengths)
    real = (torch.arange(11).unsqueeze(1) < lengths).unsqueeze(-1)  # (time, batch, 1)
    torch.testing.assert_close(states * real, expected, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(ours.final(states, lengths), expected_final, rtol=1e-5, atol=1e-6)

    weight, final_weight = torch.randn_like(expected), torch.randn_like(expected_final)
    ((expected * weight).sum() + (expected_final * final_weight).sum()).backward()
    ((states * real * weight).sum() + (ours.final(states, lengths) * final_weight).sum()).backward()
    torch.testing.assert_close(padded_inputs.grad, packed_inputs.grad, rtol=1e-4, atol=1e-5)
    for theirs, mine in pairs:
        torch.testing.assert_close(mine.grad, theirs.grad, rtol=1e-4, atol=1e-5)


def test_tfidf_weights_scale_the_word_vectors():
    torch.manual_seed(0)
    model = build(SETTINGS, classes=3, vocabulary_size=9).eval()
    ids, lengths = torch.tensor([[4, 5]]), torch.tensor([2])
    weighted = model(input_ids=ids, lengths=lengths, weights=torch.tensor([[0.5, 2.0]]))
    with torch.no_grad():
        model.embedding.weight[4] *= 0.5
        model.embedding.weight[5] *= 2.0
    torch.testing.assert_close(weighted, model(input_ids=ids, lengths=lengths))
    assert not torch.allclose(weighted, model(input_ids=ids, lengths=lengths, weights=torch.ones(1, 2) * 3))


def test_dropout_between_layers_and_before_the_head_only_in_training():
    torch.manual_seed(0)
    one_layer = build(SETTINGS | {"layers": 1}, classes=3, vocabulary_size=9)
    two_layers = build(SETTINGS, classes=3, vocabulary_size=9)
    inputs, lengths = torch.randn(4, 2, 6), torch.tensor([4, 3])
    assert torch.equal(one_layer.encoder(inputs, lengths), one_layer.encoder(inputs, lengths))
    assert not torch.equal(two_layers.encoder(inputs, lengths), two_layers.encoder(inputs, lengths))
    batch = {"input_ids": torch.tensor([[3, 4]]), "lengths": torch.tensor([2])}
    assert not torch.equal(one_layer(**batch), one_layer(**batch))
    two_layers.eval()
    assert torch.equal(two_layers(**batch), two_layers(**batch))


def test_parameters_of_the_two_layer_network_with_attention_by_hand():
    chosen = SETTINGS | {"pooling": "attention", "embedding_size": 300, "hidden_size": 128}
    model = build(chosen, classes=20, vocabulary_size=1000)
    direction = [4 * 128 * (inputs + 128 + 2) for inputs in (300, 256)]
    attention = 256 * 128 + 128
    assert count_parameters(model)["total"] == 1000 * 300 + 2 * sum(direction) + attention + (256 + 1) * 20


def test_dot_attention_by_hand():
    torch.manual_seed(0)
    model = build(SETTINGS | {"pooling": "dot_attention"}, classes=3, vocabulary_size=9).eval()
    ids = torch.tensor([[4, 5, 6], [7, 8, 0]])
    logits = model(input_ids=ids, lengths=torch.tensor([3, 2]))
    for row, document in zip(logits, (ids[0], ids[1, :2]), strict=True):
        states = model.encoder(model.embedding(document).unsqueeze(1), torch.tensor([len(document)]))[
            :, 0
        ]  # (time, 10)
        final = torch.cat([states[-1, :5], states[0, 5:]])  # forward at the last word, backward at the first
        weights = torch.softmax(states @ final, dim=0)
        torch.testing.assert_close(row, model.head(weights @ states))


@pytest.mark.parametrize("pooling", ["final", "attention", "dot_attention"])
def test_initial_weights_are_drawn_in_the_order_of_the_layers(pooling):
    """A seed stands for the same initial weights in every version: trained runs depend on it."""
    torch.manual_seed(3)
    model = build(SETTINGS | {"pooling": pooling}, classes=3, vocabulary_size=9)
    torch.manual_seed(3)
    expected = [DEVIATION * nn.Embedding(9, 6, padding_idx=0).weight]
    for size in (6, 10):
        for _ in range(2):
            expected += nn.LSTM(size, 5).parameters()
    if pooling == "attention":
        expected += [*nn.Linear(10, 5, bias=False).parameters(), *nn.Linear(5, 1, bias=False).parameters()]
    expected += nn.Linear(10, 3).parameters()
    assert all(torch.equal(mine, theirs) for mine, theirs in zip(model.parameters(), expected, strict=True))


@pytest.mark.parametrize("pooling", ["attention", "dot_attention"])
def test_one_document_can_be_learned(pooling):
    torch.manual_seed(0)
    model = build(SETTINGS | {"pooling": pooling, "dropout": 0.0}, classes=2, vocabulary_size=9)
    batch = {"input_ids": torch.tensor([[3, 4, 5], [5, 4, 0]]), "lengths": torch.tensor([3, 2])}
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(30):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(**batch), torch.tensor([0, 1]))
        loss.backward()
        optimizer.step()
    assert loss < 0.05
