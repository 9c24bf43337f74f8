"""Learning rates of the layers, and encoders without a list of all their layers."""

import pytest
import torch
import transformers
from hypothesis import given
from hypothesis import strategies as st

from textstudy.models.layer_groups import encoder_layers, group_names, rate_factors
from textstudy.models.pretrained import build
from tiny_encoders import FINE_TUNING

RATES = {"embeddings": 1e-6, "first": 2e-6, "last": 5e-5}


def test_rates_rise_geometrically_to_the_head():
    factors = rate_factors(4, learning_rate=5e-5, layer_rates=RATES, layer_decay=None)
    ratio = 25 ** (1 / 3)  # from 2e-6 to 5e-5 in three steps
    expected = [1e-6 / 5e-5, 2e-6 / 5e-5, 2e-6 / 5e-5 * ratio, 2e-6 / 5e-5 * ratio**2, 1.0, 1.0]
    assert list(factors) == ["embeddings", "layer 1", "layer 2", "layer 3", "layer 4", "head"]
    assert list(factors.values()) == pytest.approx(expected)


def test_rates_stand_for_themselves_whatever_the_head_has():
    for learning_rate in (1e-5, 1e-3):
        factors = rate_factors(12, learning_rate=learning_rate, layer_rates=RATES, layer_decay=None)
        rates = {name: factor * learning_rate for name, factor in factors.items()}
        assert rates["embeddings"] == pytest.approx(1e-6)
        assert rates["layer 1"] == pytest.approx(2e-6)
        assert rates["layer 12"] == pytest.approx(5e-5)
        assert rates["head"] == learning_rate


def test_an_only_layer_is_the_last():
    factors = rate_factors(1, learning_rate=5e-5, layer_rates=RATES, layer_decay=None)
    assert factors == pytest.approx({"embeddings": 0.02, "layer 1": 1.0, "head": 1.0})


@given(layers=st.integers(2, 24), first=st.floats(1e-7, 1e-3), last=st.floats(1e-7, 1e-3))
def test_neighbouring_layers_differ_by_one_factor(layers, first, last):
    rates = {"embeddings": 1e-7, "first": first, "last": last}
    factors = list(rate_factors(layers, learning_rate=1e-4, layer_rates=rates, layer_decay=None).values())[1:-1]
    steps = [above / below for below, above in zip(factors, factors[1:], strict=False)]
    assert steps == pytest.approx([steps[0]] * len(steps))
    assert (factors[0] * 1e-4, factors[-1] * 1e-4) == pytest.approx((first, last))


def test_decay_by_distance_from_the_head():
    factors = rate_factors(2, learning_rate=1e-3, layer_rates=None, layer_decay=0.5)
    assert factors == {"embeddings": 0.125, "layer 1": 0.25, "layer 2": 0.5, "head": 1.0}


def test_without_either_all_learn_alike():
    assert set(rate_factors(3, learning_rate=1.0, layer_rates=None, layer_decay=None).values()) == {1.0}
    assert group_names(0) == ["embeddings", "head"]


@pytest.mark.parametrize("kind", ["bert", "distilbert", "electra", "roberta"])
def test_layers_come_in_their_order(encoder_of, kind):
    encoder = transformers.AutoModel.from_pretrained(encoder_of(kind))
    stack = encoder.transformer if kind == "distilbert" else encoder.encoder
    assert list(encoder_layers(encoder)) == [stack.layer[0], stack.layer[1]]


SMALL = {"hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 8, "num_hidden_layers": 2, "vocab_size": 40}
FOREIGN = {
    "mpnet": lambda: transformers.MPNetModel(transformers.MPNetConfig(**SMALL)),  # a bias by distance, shared by layers
    "albert": lambda: transformers.AlbertModel(
        transformers.AlbertConfig(embedding_size=8, **SMALL)
    ),  # one layer, twice
    "deberta": lambda: transformers.DebertaV2Model(  # positions relative to one another, shared by the layers
        transformers.DebertaV2Config(relative_attention=True, position_buckets=8, pooler_hidden_size=8, **SMALL)
    ),
    "modernbert": lambda: transformers.ModernBertModel(
        transformers.ModernBertConfig(pad_token_id=0, cls_token_id=1, sep_token_id=2, reference_compile=False, **SMALL)
    ),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_any_encoder_can_be_trained_as_a_whole(kind):
    """Every parameter is in one group, padding changes no logit, and a step moves the encoder and the head."""
    torch.manual_seed(0)
    model = build(FINE_TUNING | {"pooling": "mean"}, classes=3, encoder=FOREIGN[kind]())
    groups = [parameter for _, group in model.layer_groups() for parameter in group]
    assert sorted(map(id, groups)) == sorted(map(id, model.parameters()))
    input_ids, lengths = torch.tensor([[5, 6, 7, 8], [9, 10, 0, 0]]), torch.tensor([4, 2])
    model.eval()
    alone = model(input_ids=input_ids[1:, :2], lengths=lengths[1:])
    torch.testing.assert_close(model(input_ids=input_ids, lengths=lengths)[1:], alone, atol=1e-5, rtol=1e-4)
    model.train()(input_ids=input_ids, lengths=lengths).logsumexp(dim=1).sum().backward()
    learned = [
        name for name, parameter in model.named_parameters() if parameter.grad is not None and parameter.grad.any()
    ]
    assert any(name.startswith("encoder.") for name in learned) and any(name.startswith("head.") for name in learned)


def test_layers_that_cannot_be_told_apart_have_no_rates_of_their_own():
    with pytest.raises(ValueError, match="AlbertModel has no list of all its layers"):
        build(FINE_TUNING | {"pooling": "mean", "layer_decay": 0.9}, classes=3, encoder=FOREIGN["albert"]())
    assert len(encoder_layers(FOREIGN["deberta"]())) == 2
