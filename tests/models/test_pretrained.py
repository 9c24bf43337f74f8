"""Heads on cached states."""

import pytest
import torch
from torch import nn

from textstudy.models.parameters import count_parameters
from textstudy.models.pretrained import build

LINEAR = {"head": "linear", "dropout": 0.2, "standardize": False}
TWO_LAYER = LINEAR | {"head": "two_layer", "head_size": 768, "activation": "relu"}


def test_two_layer_head_is_that_of_distilbert():
    from transformers import DistilBertConfig, DistilBertForSequenceClassification

    torch.manual_seed(0)
    small = TWO_LAYER | {"head_size": 16}
    config = DistilBertConfig(vocab_size=11, dim=16, n_heads=2, n_layers=1, hidden_dim=16, num_labels=4)
    reference = DistilBertForSequenceClassification(config).eval()
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
