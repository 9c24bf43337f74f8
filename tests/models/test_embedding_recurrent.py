"""The network on frozen embeddings against packed `torch.nn` modules, and what stays frozen."""

import pytest
import torch
import transformers
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from models.encoder_batches import KINDS, LENGTHS, make_batch
from textstudy.encode.encoders import load_encoder
from textstudy.models.embedding_recurrent import FrozenEmbeddings, build
from textstudy.models.parameters import count_parameters

SETTINGS = {"layers": 2, "hidden_size": 6, "head_size": 5, "dropout": 0.3}


def make_model(encoder_of, kind="bert", **changes):
    torch.manual_seed(0)
    return build(SETTINGS | changes, classes=3, encoder=load_encoder(encoder_of(kind)))


def test_parameters_of_the_published_size():
    full = {"layers": 2, "hidden_size": 384, "head_size": 384, "dropout": 0.3}
    with torch.device("meta"):  # shapes without weights
        model = build(full, classes=20, encoder=transformers.BertModel(transformers.BertConfig()))
    counts = count_parameters(model)
    assert (counts["trainable"], counts["frozen"]) == (7_395_477, 23_837_184)


@pytest.mark.parametrize("kind", KINDS)
def test_logits_are_those_of_a_packed_network(encoder_of, kind):
    model, batch = make_model(encoder_of, kind).eval(), make_batch()
    encoder = load_encoder(encoder_of(kind))
    width = 16 if kind == "electra" else 32
    packed = nn.LSTM(width, 6, 2, bidirectional=True, batch_first=True)
    with torch.no_grad():
        for index, layer in enumerate(model.encoder.layers):
            for network, suffix in ((layer.ahead, ""), (layer.back, "_reverse")):
                for name, parameter in network.named_parameters():
                    getattr(packed, name.replace("l0", f"l{index}") + suffix).copy_(parameter)
        real = torch.arange(11) < LENGTHS.unsqueeze(1)
        vectors = encoder.embeddings(batch["input_ids"].masked_fill(~real, encoder.config.pad_token_id))
        sequence = pack_padded_sequence(vectors, LENGTHS, batch_first=True, enforce_sorted=False)
        states, _ = pad_packed_sequence(packed(sequence)[0], batch_first=True, total_length=11)  # (4, 11, 12)
        rows = []
        for row, length in zip(states, LENGTHS.tolist(), strict=True):
            scores = row[:length] @ model.score.weight[0] + model.score.bias
            rows.append(torch.softmax(scores, dim=0) @ row[:length])
        pooled = nn.functional.layer_norm(torch.stack(rows), (12,), model.head[0].weight, model.head[0].bias)
        inner = nn.functional.gelu(pooled @ model.head[1].weight.T + model.head[1].bias)
        expected = inner @ model.head[4].weight.T + model.head[4].bias
        torch.testing.assert_close(model(**batch), expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_padding_and_company_change_no_logit(encoder_of, kind):
    model, batch = make_model(encoder_of, kind).eval(), make_batch(surplus=5)
    with torch.no_grad():
        together = model(**batch)
        for row, ids, length in zip(together, batch["input_ids"], LENGTHS, strict=True):
            alone = model(input_ids=ids[None, :length], lengths=length[None])[0]
            torch.testing.assert_close(row, alone, rtol=1e-4, atol=1e-6)


def test_padding_takes_no_position_of_roberta(encoder_of):
    """RoBERTa numbers whatever is not its padding id, 1: a 0 at padding would ask for a position that it has not."""
    model = make_model(encoder_of, "roberta_published").eval()
    ids = torch.full((2, 70), 7) * (torch.arange(70) < torch.tensor([[64], [1]]))  # it has 64 positions
    logits = model(input_ids=ids, lengths=torch.tensor([64, 1]))
    torch.testing.assert_close(logits[1:], model(input_ids=ids[1:, :1], lengths=torch.tensor([1])))


def test_the_embeddings_stay_frozen_and_out_of_the_saved_weights(encoder_of):
    model, batch = make_model(encoder_of).train(), make_batch()
    assert not any(module.training for module in model.embeddings.modules()) and model.encoder.training
    before = {name: value.clone() for name, value in model.named_parameters()}
    saved = set(model.state_dict())
    assert saved == {name for name in before if not name.startswith("embeddings.")} and len(saved) == 24
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=0.1)
    nn.functional.cross_entropy(model(**batch), torch.tensor([0, 1, 2, 0])).backward()
    optimizer.step()
    for name, parameter in model.named_parameters():
        assert torch.equal(before[name], parameter) == name.startswith("embeddings."), name


def test_saved_weights_and_the_encoder_make_the_model_again(encoder_of):
    trained, batch = make_model(encoder_of).eval(), make_batch()
    torch.manual_seed(5)
    other = build(SETTINGS, classes=3, encoder=load_encoder(encoder_of("bert"))).eval()
    assert not torch.allclose(trained(**batch), other(**batch))
    state = trained.state_dict()
    assert not other.load_state_dict(state).missing_keys
    torch.testing.assert_close(trained(**batch), other(**batch), rtol=0, atol=0)
    nested = nn.Sequential(trained)
    nested.load_state_dict(nested.state_dict())
    assert set(nested.state_dict()) == {f"0.{name}" for name in state}
    del state["score.bias"]
    with pytest.raises(RuntimeError, match="score.bias"):
        other.load_state_dict(state)


def test_embeddings_in_float32_whatever_surrounds_them(encoder_of):
    model, batch = make_model(encoder_of).eval(), make_batch()
    with torch.autocast("cpu", torch.bfloat16):
        vectors = model.embeddings(**batch)
        assert model.score(torch.ones(1, 12)).dtype == torch.bfloat16
        projected = FrozenEmbeddings(nn.Sequential(nn.Embedding(90, 4), nn.Linear(4, 4)), padding_id=0)(**batch)
    assert vectors.dtype == projected.dtype == torch.float32  # a linear layer is what autocast would round
    torch.testing.assert_close(vectors, model.embeddings(**batch), rtol=0, atol=0)


def test_one_batch_can_be_learned(encoder_of):
    model, batch = make_model(encoder_of, hidden_size=16, head_size=16, dropout=0.1).train(), make_batch()
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.Adam(trained, lr=0.02)
    for _ in range(40):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(**batch), torch.tensor([0, 1, 2, 0]))
        loss.backward()
        assert all(parameter.grad is not None for parameter in trained)
        optimizer.step()
    assert loss < 0.1
