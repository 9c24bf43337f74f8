"""Adapters of low rank: what learns, what is kept, and that merging them changes nothing but the cost."""

import pytest
import torch
import transformers
from torch import nn

from models.encoder_batches import KINDS, make_batch
from textstudy.encode.encoders import load_encoder
from textstudy.models.parameters import count_parameters
from textstudy.models.pretrained import build
from tiny_encoders import FINE_TUNING

LORA = {"rank": 3, "alpha": 6.0, "dropout": 0.0, "target_modules": None}


def make_model(encoder_of, kind="bert", *, lora=LORA, learned=True, **changes):
    """A classifier without dropout; its adapters have learned something, unless they are to be new."""
    folder = encoder_of(kind)  # before the seed, because it may make one
    torch.manual_seed(0)
    settings = FINE_TUNING | {"strategy": "lora", "lora": lora, "dropout": 0.0} | changes
    model = build(settings, classes=3, encoder=load_encoder(folder))
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    if learned:
        with torch.no_grad():
            for name, value in model.named_parameters():
                if "lora_B" in name:
                    value.normal_(std=0.3)
    return model


def make_plain(encoder_of, kind="bert"):
    folder = encoder_of(kind)
    torch.manual_seed(0)
    return build(FINE_TUNING, classes=3, encoder=load_encoder(folder))


def learn(model, steps=1):
    optimizer = torch.optim.Adam([value for value in model.parameters() if value.requires_grad], lr=0.01)
    for _ in range(steps):
        loss = nn.functional.cross_entropy(model(**make_batch()), torch.tensor([0, 1, 2, 0]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss


@pytest.mark.parametrize("kind", KINDS)
def test_merged_weights_are_those_of_the_paper_and_answer_as_the_adapters_do(encoder_of, kind):
    model = make_model(encoder_of, kind)
    with torch.no_grad():
        apart = model.train()(**make_batch())
        merged = model.eval()(**make_batch())
        torch.testing.assert_close(merged, apart, rtol=1e-4, atol=1e-5)
        plain = make_plain(encoder_of, kind).eval()
        assert (merged - plain(**make_batch())).abs().max() > 0.001
        learned, adapted = model.state_dict(), 0
        for name, module in plain.named_modules():  # W + alpha / rank · B A
            if f"{name}.lora_A.default.weight" in learned:
                module.weight += 2 * learned[f"{name}.lora_B.default.weight"] @ learned[f"{name}.lora_A.default.weight"]
                adapted += 1
        plain.head.load_state_dict(model.head.state_dict())
        torch.testing.assert_close(merged, plain(**make_batch()), rtol=1e-4, atol=1e-5)
    assert adapted == 4, "queries and values of two layers"


@pytest.mark.parametrize("kind", KINDS)
def test_only_adapters_and_head_learn_and_are_kept(encoder_of, kind):
    model, plain = make_model(encoder_of, kind, learned=False), make_plain(encoder_of, kind)
    torch.testing.assert_close(model.eval()(**make_batch()), plain.eval()(**make_batch()), rtol=0, atol=0)
    before = {name: value.clone() for name, value in model.train().named_parameters()}
    learn(model, steps=2)
    changed = {name for name, value in model.named_parameters() if not torch.equal(value, before[name])}
    assert changed == set(model.state_dict()), "what learns is what is kept"
    assert all("lora_" in name or name.startswith("head.") for name in changed)
    adapters = 2 * 2 * 3 * (32 + 32)  # two layers, two matrices of 32 · 32 in each, rank 3
    head = count_parameters(model.head)["total"]
    total = count_parameters(plain)["total"] + adapters
    assert count_parameters(model) == {"total": total, "trainable": adapters + head, "frozen": total - adapters - head}
    grouped = [id(value) for _, values in model.layer_groups() for value in values]
    assert sorted(grouped) == sorted(id(value) for value in model.parameters() if value.requires_grad)


def test_there_are_as_many_parameters_as_in_the_paper():
    """0.3 million of RoBERTa, base size (Hu et al. 2021, table 2)."""
    with torch.device("meta"):
        encoder = transformers.RobertaModel(transformers.RobertaConfig())
        model = build(FINE_TUNING | {"lora": LORA | {"rank": 8}}, classes=2, encoder=encoder)
    head = count_parameters(model.head)["trainable"]
    assert count_parameters(model)["trainable"] - head == 12 * 2 * 8 * (768 + 768) == 294_912


def test_an_evaluation_between_two_steps_leaves_no_trace(encoder_of):
    """Merging and separating is exact: peft's own subtraction would leave rounding errors."""
    models = [make_model(encoder_of).train() for _ in range(2)]
    for number, model in enumerate(models):
        for _ in range(3):
            learn(model)
            if number:
                with torch.inference_mode():
                    model.eval()(**make_batch())
                model.train()
    for one, other in zip(*(model.parameters() for model in models), strict=True):
        assert torch.equal(one, other)


def test_weights_that_are_loaded_replace_those_that_were_merged(encoder_of):
    source = make_model(encoder_of).eval()
    expected = source(**make_batch())
    early, late = make_model(encoder_of, learned=False), make_model(encoder_of, learned=False).eval()
    early.load_state_dict(source.state_dict())
    late.load_state_dict(source.state_dict())
    for model in (early.eval(), late, late.eval()):
        assert torch.equal(model(**make_batch()), expected)
    with pytest.raises(RuntimeError, match="lora_B"):
        late.load_state_dict({name: value for name, value in source.state_dict().items() if "layer.1" not in name})


def test_one_batch_can_be_learned_with_layers_that_are_computed_twice(encoder_of):
    gradients = []
    for checkpointing in (False, True):
        model = make_model(encoder_of, gradient_checkpointing=checkpointing).train()
        learn(model)
        gradients.append([value.grad for value in model.parameters() if value.requires_grad])
        assert learn(model, steps=20) < 0.7
    for plain, again in zip(*gradients, strict=True):
        assert plain.abs().max() > 0
        torch.testing.assert_close(plain, again, rtol=0, atol=0)


@pytest.mark.parametrize(
    ("kind", "targets", "message"),
    [
        ("bert", ["query", "vlaue"], "bert has no linear layer 'vlaue'.*key, query, value"),
        ("distilbert", ["query"], "distilbert has no linear layer 'query'.*k_lin"),
    ],
)
def test_layers_that_the_encoder_lacks_are_named_with_those_that_it_has(encoder_of, kind, targets, message):
    with pytest.raises(ValueError, match=message):
        make_model(encoder_of, kind, lora=LORA | {"target_modules": targets})


def test_an_encoder_that_nobody_has_adapted_needs_names(encoder_of):
    encoder = load_encoder(encoder_of("bert"))
    encoder.config.model_type = "brand_new"
    with pytest.raises(ValueError, match="no layers of brand_new are known"):
        build(FINE_TUNING | {"lora": LORA}, classes=3, encoder=encoder)
    targets = {"target_modules": ["output.dense"]}  # of the attention and behind it
    assert len(build(FINE_TUNING | {"lora": LORA | targets}, classes=3, encoder=encoder)._adapted) == 4
