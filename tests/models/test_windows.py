"""Windows in a network: of short texts equal none to the bit, of long ones equal a plain loop over them."""

import pytest
import torch

from models.encoder_batches import LENGTHS, make_batch
from textstudy.encode.encoders import load_encoder
from textstudy.models.pretrained import build
from textstudy.models.windows import WindowPooling, split_windows
from tiny_encoders import FINE_TUNING

POOLINGS = ["mean", "max", "attention"]


def make_classifier(encoder_of, kind="bert", window=None, **changes):
    encoder = load_encoder(encoder_of(kind))
    torch.manual_seed(0)
    return build(FINE_TUNING | changes, classes=3, encoder=encoder, window=window)


@pytest.mark.parametrize("kind", ["bert", "roberta_published"])
@pytest.mark.parametrize("window_pooling", POOLINGS)
def test_windows_of_short_texts_equal_no_windows_to_the_bit(encoder_of, kind, window_pooling):
    """The logits, and the gradients with dropout: so does every training step."""
    batch, results = make_batch(surplus=0), []
    for window in (None, int(LENGTHS.max())):
        model = make_classifier(encoder_of, kind, window, pooling="cls", window_pooling=window_pooling).train()
        torch.manual_seed(1)
        logits = model(**batch)
        logits.logsumexp(dim=1).sum().backward()
        gradients = {name: parameter.grad for name, parameter in model.named_parameters()}
        results.append((logits, gradients))
    (without, expected), (within, found) = results
    assert torch.equal(without, within)
    for name, gradient in expected.items():
        assert gradient is None or torch.equal(gradient, found.pop(name)), name
    assert all(not gradient.any() for name, gradient in found.items() if gradient is not None)  # attention's own


@pytest.mark.parametrize("pooling", ["cls", "mean"])
@pytest.mark.parametrize("window_pooling", POOLINGS)
def test_long_texts_equal_a_plain_loop_over_windows(encoder_of, pooling, window_pooling):
    model = make_classifier(encoder_of, window=4, pooling=pooling, window_pooling=window_pooling).eval()
    batch = make_batch()
    with torch.no_grad():
        found = model(**batch)
        for row, length in enumerate(LENGTHS.tolist()):
            ids = batch["input_ids"][row, :length]
            states = []
            for part in ids.split(4):
                last = model.encoder(input_ids=part[None]).last_hidden_state[0]
                states.append(last[0] if pooling == "cls" else last.mean(dim=0))
            states = torch.stack(states)  # (windows, hidden)
            if window_pooling == "attention":
                attention = model.head.windows.attention
                weights = attention.score(torch.tanh(attention.projection(states))).softmax(dim=0)
                state = (weights * states).sum(dim=0)
            else:
                state = states.mean(dim=0) if window_pooling == "mean" else states.max(dim=0).values
            torch.testing.assert_close(found[row], model.head.layers(state), atol=1e-5, rtol=1e-4)


def test_a_window_is_computed_once_and_none_that_a_document_lacks():
    input_ids = torch.tensor([[1, 2, 3, 4, 5], [6, 0, 0, 0, 0], [7, 8, 9, 0, 0]])
    windows, lengths, counts = split_windows(input_ids, torch.tensor([5, 1, 3]), 2)
    assert lengths.tolist() == [2, 2, 1, 1, 2, 1] and counts.tolist() == [3, 1, 2]
    real = [row[:length].tolist() for row, length in zip(windows, lengths, strict=True)]
    assert real == [[1, 2], [3, 4], [5], [6], [7, 8], [9]]


@pytest.mark.parametrize("pooling", POOLINGS)
def test_other_documents_change_nothing(pooling):
    torch.manual_seed(0)
    module, states = WindowPooling(pooling, 4), torch.randn(6, 4)
    together = module(states, torch.tensor([1, 3, 2]))
    alone = torch.cat([module(part, torch.tensor([len(part)])) for part in states.split([1, 3, 2])])
    torch.testing.assert_close(together, alone)
    assert torch.equal(together[0], states[0])
