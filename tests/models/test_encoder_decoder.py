"""The encoder-decoder against packed `torch.nn.LSTM` and plain arithmetic, and what it can learn."""

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from textstudy.models.encoder_decoder import LSTMEncoder, build, run_lstm
from textstudy.models.parameters import count_parameters

SETTINGS = {
    "embedding_size": 6,
    "embeddings": "random",
    "freeze_embeddings": False,
    "embedding_dropout": 0.0,
    "word_dropout": 0.0,
    "layers": 2,
    "hidden_size": 5,
    "attention": True,
    "dropout": 0.0,
}
BATCH = {"input_ids": torch.tensor([[3, 4, 5], [5, 4, 0]]), "lengths": torch.tensor([3, 2])}


def copied(encoder, layers):
    """Return a packed network with the encoder's weights, and the pairs of parameters that correspond."""
    reference = nn.LSTM(encoder.layers[0].ahead.input_size, encoder.hidden_size, layers, bidirectional=True)
    theirs, pairs = dict(reference.named_parameters()), []
    for index, layer in enumerate(encoder.layers):
        for network, suffix in ((layer.ahead, ""), (layer.back, "_reverse")):
            pairs += [(theirs[name.replace("l0", f"l{index}") + suffix], p) for name, p in network.named_parameters()]
    assert len(pairs) == len(theirs) == len(list(encoder.parameters()))
    with torch.no_grad():
        for their, mine in pairs:
            their.copy_(mine)
    return reference, pairs


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("lengths", [[3, 9, 1, 6], [1, 1, 1, 1], [11, 11, 11, 11]])
def test_encoder_equals_packed_lstm_forward_and_backward(layers, lengths):
    torch.manual_seed(0)
    ours = LSTMEncoder(7, 5, layers=layers, dropout=0.0)
    reference, pairs = copied(ours, layers)
    lengths, inputs = torch.tensor(lengths), torch.randn(11, 4, 7)
    packed_inputs, padded_inputs = inputs.clone().requires_grad_(), inputs.clone().requires_grad_()

    packed, final_states = reference(pack_padded_sequence(packed_inputs, lengths, enforce_sorted=False))
    expected, _ = pad_packed_sequence(packed, total_length=11)
    expected_hidden, expected_cells = (torch.cat(list(state[-2:]), dim=-1) for state in final_states)
    outputs, hidden, cells = ours(padded_inputs, lengths)
    real = (torch.arange(11).unsqueeze(1) < lengths).unsqueeze(-1)  # (time, batch, 1)
    torch.testing.assert_close(outputs * real, expected, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(hidden, expected_hidden, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(cells, expected_cells, rtol=1e-5, atol=1e-6)

    factors = [torch.randn_like(value) for value in (expected, expected_hidden, expected_cells)]
    sum((v * f).sum() for v, f in zip((expected, expected_hidden, expected_cells), factors, strict=True)).backward()
    sum((v * f).sum() for v, f in zip((outputs * real, hidden, cells), factors, strict=True)).backward()
    torch.testing.assert_close(padded_inputs.grad, packed_inputs.grad, rtol=1e-4, atol=1e-5)
    for theirs, mine in pairs:
        torch.testing.assert_close(mine.grad, theirs.grad, rtol=1e-4, atol=1e-5)


def test_cell_states_stand_still_over_any_padding():
    torch.manual_seed(0)
    lstm, inputs = nn.LSTM(3, 4), torch.randn(30, 1, 3)
    inputs[2:] *= 1e3  # whatever stands there
    _, cells = run_lstm(lstm, inputs, torch.tensor([2]))
    _, (_, expected) = lstm(inputs[:2])
    torch.testing.assert_close(cells, expected[0], rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("attention", [False, True])
def test_decoder_by_hand(attention):
    torch.manual_seed(0)
    model = build(SETTINGS | {"attention": attention}, classes=3, vocabulary_size=9).eval()
    reference, _ = copied(model.encoder, layers=2)
    logits = model(**BATCH)
    for row, ids in zip(logits, ([3, 4, 5], [5, 4]), strict=True):
        outputs, (hidden, cells) = reference(model.embedding(torch.tensor(ids)).unsqueeze(1))
        start_state = (torch.cat(list(hidden[-2:]), dim=-1), torch.cat(list(cells[-2:]), dim=-1))
        decoded = model.decoder(model.start.unsqueeze(0), start_state)[0][0]  # (10,)
        if attention:
            outputs = outputs[:, 0]  # (time, 10)
            context = torch.softmax(outputs @ decoded, dim=0) @ outputs
            decoded = torch.tanh(model.combination.weight @ torch.cat([context, decoded]))
        torch.testing.assert_close(row, model.head(decoded), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("attention", [False, True])
def test_parameters_by_hand(attention):
    chosen = {"layers": 1, "embedding_size": 30, "hidden_size": 16, "attention": attention}
    model = build(SETTINGS | chosen, classes=2, vocabulary_size=100)
    encoder = 2 * 4 * 16 * (30 + 16 + 2)
    decoder = 30 + 4 * 32 * (30 + 32 + 2)
    assert count_parameters(model)["total"] == 100 * 30 + encoder + decoder + attention * 64 * 32 + (32 + 1) * 2


def test_dropout_only_in_training():
    torch.manual_seed(0)
    model = build(SETTINGS | {"dropout": 0.4}, classes=3, vocabulary_size=9)
    assert not torch.equal(model(**BATCH), model(**BATCH))
    model.eval()
    assert torch.equal(model(**BATCH), model(**BATCH))


@pytest.mark.parametrize("attention", [False, True])
def test_one_batch_can_be_learned(attention):
    torch.manual_seed(0)
    model = build(SETTINGS | {"attention": attention}, classes=2, vocabulary_size=9)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    for _ in range(40):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(**BATCH), torch.tensor([0, 1]))
        loss.backward()
        optimizer.step()
    assert loss < 0.05
    gradients = [parameter.grad for parameter in model.parameters()]
    assert all(gradient is not None and gradient.isfinite().all() for gradient in gradients)
