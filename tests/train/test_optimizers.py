"""Which parameters an optimizer holds, at which rate, and which of them decay."""

import pytest
import torch
from torch import nn

from textstudy.encode.encoders import load_encoder
from textstudy.models.pretrained import build
from textstudy.train.optimizers import make_optimizer
from tiny_encoders import FINE_TUNING
from train.small_network import SETTINGS, network

ADAMW = SETTINGS | {"optimizer": "adamw", "weight_decay": 0.1}
RATES = {"embeddings": 1e-6, "first": 2e-6, "last": 5e-5}
BATCH = {"input_ids": torch.tensor([[5, 6, 7], [8, 0, 0]]), "lengths": torch.tensor([3, 1])}


def make_classifier(encoder_of, kind="bert", **changes):
    torch.manual_seed(0)
    return build(FINE_TUNING | changes, classes=3, encoder=load_encoder(encoder_of(kind)))


def held(optimizer):
    return [id(parameter) for group in optimizer.param_groups for parameter in group["params"]]


def by_parameter(optimizer, key):
    return {id(parameter): group[key] for group in optimizer.param_groups for parameter in group["params"]}


def take_step(model, optimizer):
    nn.functional.cross_entropy(model(**BATCH), torch.tensor([0, 1])).backward()
    optimizer.step()
    optimizer.zero_grad()


def test_a_plain_model_in_one_group_for_adam_and_two_for_adamw():
    model = network()
    model.embedding.weight.requires_grad = False
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    adam = make_optimizer(model, SETTINGS | {"weight_decay": 0.1})
    assert isinstance(adam, torch.optim.Adam) and held(adam) == [id(parameter) for parameter in learning]
    assert [(group["factor"], group["weight_decay"], group["lr"]) for group in adam.param_groups] == [(1.0, 0.1, 0.01)]
    adamw = make_optimizer(model, ADAMW)
    assert isinstance(adamw, torch.optim.AdamW)
    matrices, vectors = adamw.param_groups
    assert matrices["params"] == [parameter for parameter in learning if parameter.ndim > 1]
    assert vectors["params"] == [parameter for parameter in learning if parameter.ndim == 1]
    assert (matrices["weight_decay"], vectors["weight_decay"], vectors["factor"]) == (0.1, 0.0, 1.0)


@pytest.mark.parametrize("kind", ["bert", "distilbert", "electra", "roberta"])
def test_no_decay_on_biases_and_norms(encoder_of, kind):
    model = make_classifier(encoder_of, kind)
    decays = by_parameter(make_optimizer(model, ADAMW), "weight_decay")
    for name, module in model.named_modules():
        for part, parameter in module.named_parameters(recurse=False):
            spared = isinstance(module, nn.LayerNorm) or part == "bias"
            assert decays[id(parameter)] == (0.0 if spared else 0.1), f"{name}.{part}"


@pytest.mark.parametrize("optimizer", ["adam", "adamw"])
def test_each_layer_at_its_rate_and_each_parameter_once(encoder_of, optimizer):
    model = make_classifier(encoder_of, layer_rates=RATES)
    made = make_optimizer(model, ADAMW | {"optimizer": optimizer, "learning_rate": 1e-4})
    assert sorted(held(made)) == sorted(id(parameter) for parameter in model.parameters())
    rates, factors = by_parameter(made, "lr"), by_parameter(made, "factor")
    for name, parameters in model.layer_groups():
        expected = {"embeddings": 1e-6, "layer 1": 2e-6, "layer 2": 5e-5, "head": 1e-4}[name]
        for parameter in parameters:
            assert rates[id(parameter)] == pytest.approx(expected)
            assert factors[id(parameter)] == pytest.approx(expected / 1e-4)


def test_the_first_step_is_as_long_as_the_rate(encoder_of):
    """Adam's first step is the learning rate in each coordinate whose gradient is not small."""
    model = make_classifier(encoder_of, layer_decay=0.1, dropout=0.0).eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    take_step(model, make_optimizer(model, SETTINGS | {"learning_rate": 1e-2, "epsilon": 1e-12}))
    moved = {name: (value - before[name]).abs().max().item() for name, value in model.state_dict().items()}
    assert moved["head.layers.1.weight"] == pytest.approx(1e-2, rel=0.01)
    assert moved["encoder.pooler.dense.weight"] == pytest.approx(1e-2, rel=0.01)
    assert moved["encoder.encoder.layer.1.output.dense.weight"] == pytest.approx(1e-3, rel=0.01)
    assert moved["encoder.encoder.layer.0.output.dense.weight"] == pytest.approx(1e-4, rel=0.01)
    assert moved["encoder.embeddings.word_embeddings.weight"] == pytest.approx(1e-5, rel=0.01)
