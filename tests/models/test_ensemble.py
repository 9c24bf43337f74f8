"""The network over members' probabilities."""

import torch
from torch import nn

from textstudy.models.ensemble import build
from textstudy.models.parameters import count_parameters


def test_parameters_for_two_members_and_twenty_classes():
    by_hand = (40 * 80 + 80) + (80 * 40 + 40) + (40 * 20 + 20)
    assert count_parameters(build({}, classes=20, feature_size=40))["total"] == by_hand == 7340


def test_the_layers_one_by_one():
    torch.manual_seed(0)
    model, features = build({}, classes=3, feature_size=6).eval(), torch.rand(4, 6)
    first, second, last = (model.layers[index] for index in (0, 3, 6))
    hidden = nn.functional.gelu(features @ first.weight.T + first.bias)
    hidden = nn.functional.gelu(hidden @ second.weight.T + second.bias)
    torch.testing.assert_close(model(features=features), hidden @ last.weight.T + last.bias)


def test_dropout_of_each_layer_in_training_only():
    torch.manual_seed(0)
    model = build({}, classes=3, feature_size=6)
    assert [layer.p for layer in model.layers if isinstance(layer, nn.Dropout)] == [0.15, 0.10]
    features = torch.rand(50, 6)
    assert not torch.equal(model(features=features), model(features=features))
    model.eval()
    assert torch.equal(model(features=features), model(features=features))
