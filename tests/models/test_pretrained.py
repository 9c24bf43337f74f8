"""Heads on cached states, and encoders that learn together with their head."""

import pytest
import torch
import transformers
from torch import nn

from models.encoder_batches import KINDS, LENGTHS, make_batch
from textstudy.encode.encoders import load_configuration, load_encoder
from textstudy.models.parameters import count_parameters
from textstudy.models.pretrained import build
from tiny_encoders import FINE_TUNING

LINEAR = {"head": "linear", "dropout": 0.2, "standardize": False}
TWO_LAYER = LINEAR | {"head": "two_layer", "head_size": 768, "activation": "relu"}


def make_classifier(encoder_of, kind="bert", **changes):
    torch.manual_seed(0)
    return build(FINE_TUNING | changes, classes=3, encoder=load_encoder(encoder_of(kind)))


def loss_of(model, batch, labels=(0, 1, 2, 0)):
    return nn.functional.cross_entropy(model(**batch), torch.tensor(labels))


# ---- heads


def test_two_layer_head_is_that_of_distilbert():
    torch.manual_seed(0)
    small = TWO_LAYER | {"head_size": 16}
    config = transformers.DistilBertConfig(vocab_size=11, dim=16, n_heads=2, n_layers=1, hidden_dim=16, num_labels=4)
    reference = transformers.DistilBertForSequenceClassification(config).eval()
    head = build(small, classes=4, feature_size=16).eval()
    with torch.no_grad():
        for ours, theirs in ((head.layers[0], reference.pre_classifier), (head.layers[-1], reference.classifier)):
            ours.load_state_dict(theirs.state_dict())
    input_ids = torch.tensor([[2, 5, 7], [3, 3, 9]])
    states = reference.distilbert(input_ids=input_ids).last_hidden_state[:, 0]
    torch.testing.assert_close(head(features=states), reference(input_ids=input_ids).logits)


def test_parameters_of_the_full_size_heads_by_hand():
    for head_size in (768, None):  # None: as wide as the states
        head = build(TWO_LAYER | {"head_size": head_size}, classes=20, feature_size=768)
        assert count_parameters(head)["total"] == 768 * 769 + 769 * 20
    narrow = build(TWO_LAYER | {"head_size": 10}, classes=3, feature_size=768)
    assert count_parameters(narrow)["total"] == 769 * 10 + 11 * 3
    assert count_parameters(build(LINEAR, classes=20, feature_size=384))["total"] == 385 * 20


def test_dropout_only_in_training():
    head, features = build(LINEAR, classes=3, feature_size=8), torch.ones(4, 8)
    assert not torch.equal(head(features), head(features))
    head.eval()
    expected = nn.functional.linear(features, head.layers[-1].weight, head.layers[-1].bias)
    torch.testing.assert_close(head(features), expected)


def test_standardising_makes_the_head_blind_to_the_scale_of_the_states():
    torch.manual_seed(0)
    head = build(LINEAR | {"standardize": True}, classes=3, feature_size=8).eval()
    features = torch.randn(4, 8)
    torch.testing.assert_close(head(features * 7 + 2), head(features), rtol=1e-3, atol=1e-4)
    assert count_parameters(head)["total"] == 27  # standardising has no parameters


def test_a_missing_width_is_refused():
    with pytest.raises(ValueError, match="width"):
        build(LINEAR, classes=3)


# ---- the whole classifier


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
@pytest.mark.parametrize(
    ("kind", "head", "activation", "layers"),
    [
        ("bert", "linear", "relu", ["classifier"]),
        ("distilbert", "two_layer", "relu", ["pre_classifier", "classifier"]),
        ("roberta_published", "two_layer", "tanh", ["classifier.dense", "classifier.out_proj"]),
        ("electra", "two_layer", "gelu", ["classifier.dense", "classifier.out_proj"]),
    ],
)
def test_logits_are_those_of_the_published_classifiers(encoder_of, kind, head, activation, layers, attention):
    torch.manual_seed(0)
    configuration = load_configuration(encoder_of(kind))
    configuration.num_labels = 5
    classifier = transformers.AutoModelForSequenceClassification
    reference = classifier.from_config(configuration, attn_implementation="eager").eval()
    with torch.no_grad():
        for parameter in reference.parameters():  # biases and norms too: a fresh model has none to speak of
            parameter += 0.1 * torch.randn_like(parameter)
    encoder = transformers.AutoModel.from_config(configuration, attn_implementation=attention)
    encoder.load_state_dict(reference.base_model.state_dict(), strict=False)  # their RoBERTa classifier has no pooler
    pooling = "cls" if kind == "roberta_published" else "auto"
    settings = FINE_TUNING | {"head": head, "activation": activation, "pooling": pooling}
    model = build(settings, classes=5, encoder=encoder).eval()
    ours = [layer for layer in model.head.layers if isinstance(layer, nn.Linear)]
    for mine, theirs in zip(ours, layers, strict=True):
        mine.load_state_dict(reference.get_submodule(theirs).state_dict())
    assert len(model.state_dict()) == len(reference.state_dict())

    batch = make_batch()
    mask = torch.arange(batch["input_ids"].shape[1]) < LENGTHS.unsqueeze(1)
    padded = batch["input_ids"].masked_fill(~mask, configuration.pad_token_id)
    with torch.no_grad():
        expected = reference(input_ids=padded, attention_mask=mask.long()).logits
        torch.testing.assert_close(model(**batch), expected, rtol=1e-4, atol=1e-5)
        whole = {"input_ids": batch["input_ids"][:1, :9], "lengths": LENGTHS[:1]}  # no padding, no mask
        torch.testing.assert_close(model(**whole), expected[:1], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("kind", "pooling", "read"),
    [
        ("bert", "pooler", True),
        ("roberta_published", "pooler", True),
        ("electra", "cls", False),
        ("distilbert", "cls", False),
    ],
)
def test_automatic_pooling_is_the_pooler_where_there_is_one(encoder_of, kind, pooling, read):
    model = make_classifier(encoder_of, kind)
    assert model.pooling == pooling
    assert (getattr(model.encoder, "pooler", None) is not None) == read


def test_a_bert_whose_checkpoint_has_no_pooler(encoder_of):
    encoder = load_encoder(encoder_of("bert"))
    encoder.pooler = None  # as `load_encoder` leaves it then
    model = build(FINE_TUNING, classes=3, encoder=encoder).eval()
    batch = make_batch()
    states = encoder(batch["input_ids"][:1, :9]).last_hidden_state[:, 0]
    torch.testing.assert_close(model.pool_documents(**batch)[:1], states, rtol=1e-4, atol=1e-5)
    assert len(dict(model.layer_groups())["head"]) == 2


def test_a_pooler_that_is_not_read_is_no_part_of_the_model(encoder_of):
    pooled, unpooled = make_classifier(encoder_of), make_classifier(encoder_of, pooling="mean")
    difference = count_parameters(pooled)["total"] - count_parameters(unpooled)["total"]
    assert difference == 32 * 33


@pytest.mark.parametrize("kind", KINDS)
def test_pooling_reads_real_tokens_only(encoder_of, kind):
    batch = make_batch()
    for pooling in ("cls", "mean"):
        model = make_classifier(encoder_of, kind, pooling=pooling).eval()
        pooled = model.pool_documents(**batch)
        for row, ids, length in zip(pooled, batch["input_ids"], LENGTHS.tolist(), strict=True):
            states = model.encoder(input_ids=ids[None, :length]).last_hidden_state[0]  # (length, hidden)
            expected = states[0] if pooling == "cls" else states.sum(dim=0) / length
            torch.testing.assert_close(row, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("pooling", ["auto", "cls", "mean"])
@pytest.mark.parametrize("kind", KINDS)
def test_padding_and_company_change_no_logit(encoder_of, kind, pooling):
    model = make_classifier(encoder_of, kind, pooling=pooling).eval()
    batch = make_batch(surplus=5)
    with torch.no_grad():
        together = model(**batch)
        noisy = batch["input_ids"] + 7 * (torch.arange(batch["input_ids"].shape[1]) >= LENGTHS.unsqueeze(1))
        torch.testing.assert_close(model(input_ids=noisy, lengths=LENGTHS), together, rtol=0, atol=0)
        for row, ids, length in zip(together, batch["input_ids"], LENGTHS, strict=True):
            alone = model(input_ids=ids[None, :length], lengths=length[None])[0]
            torch.testing.assert_close(row, alone, rtol=1e-4, atol=1e-5)


def test_padding_takes_no_position_of_roberta(encoder_of):
    """RoBERTa numbers whatever is not its padding id, 1: a 0 at padding would ask for a position that it has not."""
    model = make_classifier(encoder_of, "roberta_published").eval()
    ids = torch.full((2, 70), 7) * (torch.arange(70) < torch.tensor([[64], [1]]))  # it has 64 positions
    logits = model(input_ids=ids, lengths=torch.tensor([64, 1]))
    alone = model(input_ids=ids[1:, :1], lengths=torch.tensor([1]))
    torch.testing.assert_close(logits[1:], alone, rtol=1e-4, atol=1e-5)


def test_a_head_from_cached_states_fits(encoder_of):
    settings = FINE_TUNING | {"head": "two_layer", "head_size": 7, "activation": "gelu"}
    head = build(settings, classes=3, feature_size=32).eval()
    model = make_classifier(encoder_of, **settings).eval()
    model.head.load_state_dict(head.state_dict())
    batch = make_batch()
    torch.testing.assert_close(model(**batch), head(features=model.pool_documents(**batch)), rtol=0, atol=0)


def test_the_same_seed_draws_the_same_head_with_and_without_an_encoder(encoder_of):
    model = make_classifier(encoder_of)
    torch.manual_seed(0)
    head = build(FINE_TUNING, classes=3, feature_size=32)
    for name, value in head.state_dict().items():
        assert torch.equal(value, model.head.state_dict()[name])


def test_one_batch_can_be_learned(encoder_of):
    model, batch = make_classifier(encoder_of, gradient_checkpointing=True).train(), make_batch()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    for _ in range(60):
        optimizer.zero_grad()
        loss = loss_of(model, batch)
        loss.backward()
        assert all(parameter.grad is not None for parameter in model.parameters())
        optimizer.step()
    assert loss < 0.05


def test_parameters_of_the_published_sizes():
    with torch.device("meta"):  # shapes without weights
        bert = transformers.BertModel(transformers.BertConfig())
        model = build(FINE_TUNING, classes=20, encoder=bert)
        assert count_parameters(model) == {"total": 109_497_620, "trainable": 109_497_620, "frozen": 0}
        small = transformers.DistilBertModel(transformers.DistilBertConfig())
        model = build(FINE_TUNING | {"head": "two_layer"}, classes=20, encoder=small)
        assert count_parameters(model)["total"] == 66_968_852


# ---- layers


@pytest.mark.parametrize("kind", KINDS)
def test_layer_groups_hold_every_parameter_once(encoder_of, kind):
    for pooling in ("auto", "mean"):
        model = make_classifier(encoder_of, kind, pooling=pooling)
        groups = model.layer_groups()
        assert [name for name, _ in groups] == ["embeddings", "layer 1", "layer 2", "head"]
        grouped = [id(parameter) for _, parameters in groups for parameter in parameters]
        assert sorted(grouped) == sorted(id(parameter) for parameter in model.parameters())
        names = {id(parameter): name for name, parameter in model.named_parameters()}
        for group, parts in {
            "embeddings": ("encoder.embeddings.", "encoder.embeddings_project."),
            "layer 1": ("encoder.encoder.layer.0.", "encoder.transformer.layer.0."),
            "layer 2": ("encoder.encoder.layer.1.", "encoder.transformer.layer.1."),
            "head": ("head.", "encoder.pooler."),
        }.items():
            assert all(names[id(parameter)].startswith(parts) for parameter in dict(groups)[group])


def test_checkpointing_computes_layers_twice_and_gives_the_same_gradients(encoder_of):
    batch, results = make_batch(), {}
    for checkpointing in (False, True):
        model = make_classifier(encoder_of, gradient_checkpointing=checkpointing).train()
        calls = []
        for layer in model.encoder.encoder.layer:
            layer.attention.register_forward_hook(lambda *_, layer=layer, calls=calls: calls.append(layer))
        torch.manual_seed(7)  # the dropout of the second computation is that of the first
        loss = loss_of(model, batch)
        loss.backward()
        assert {calls.count(layer) for layer in model.encoder.encoder.layer} == {2 if checkpointing else 1}
        results[checkpointing] = [loss, *(parameter.grad for parameter in model.parameters())]
    for plain, checkpointed in zip(results[False], results[True], strict=True):
        torch.testing.assert_close(plain, checkpointed, rtol=0, atol=0)


@pytest.mark.parametrize("kind", KINDS)
def test_mixed_precision_stays_near(encoder_of, kind):
    model, batch = make_classifier(encoder_of, kind, pooling="mean").eval(), make_batch()
    with torch.no_grad():
        exact = model(**batch)
        with torch.autocast("cpu", torch.bfloat16):
            rounded = model(**batch).float()
    assert 0 < (exact - rounded).abs().max() < 0.05


# ---- refusals


def test_what_does_not_fit_the_encoder_is_refused(encoder_of):
    with pytest.raises(ValueError, match="has no pooler"):
        make_classifier(encoder_of, "electra", pooling="pooler")
