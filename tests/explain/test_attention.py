"""Attention weights read from outside are those that the network computes with."""

import torch
from torch import nn

from textstudy.encode.encoders import load_encoder
from textstudy.explain.attention import DECODER, POOLING, RECEIVED, attention_weights, kind_of

IDS = (2, 17, 40, 17, 9, 60, 3)
NONE = ("rnn, final states", "encoder-decoder")


def test_the_weights_are_those_of_one_softmax_over_the_tokens(kind, build, document):
    model = build(kind, loud=3.0)
    before = model(**document(*IDS))
    weights = attention_weights(model, document(*IDS))
    if kind in NONE:
        assert weights is None and kind_of(model) is None
        return
    assert weights.shape == (len(IDS),) and (weights >= 0).all() and weights.std() > 1e-4
    torch.testing.assert_close(weights.sum(), torch.tensor(1.0))
    assert torch.equal(model(**document(*IDS)), before)  # nothing is left behind


def test_each_says_what_it_is(build):
    kinds = {"lstm, attention": POOLING, "encoder-decoder, attention": DECODER, "transformer, mean": RECEIVED}
    kinds |= {"transformer, attention": POOLING, "embeddings of bert": POOLING, "distilbert": RECEIVED}
    assert {kind: kind_of(build(kind))[0] for kind in kinds} == kinds


def test_pooling_with_the_weights_gives_what_the_head_reads(build, document):
    for kind in ("lstm, attention", "embeddings of bert", "transformer, attention"):
        model, states, read = build(kind, loud=3.0), [], []
        recurrent = not kind.startswith("transformer")
        pooled = model.encoder if recurrent else model.final_norm
        pooled.register_forward_hook(lambda _, __, output, kept=states: kept.append(output))
        model.head.register_forward_pre_hook(lambda _, inputs, kept=read: kept.append(inputs[0]))
        weights = attention_weights(model, document(*IDS))
        of_document = states[0][:, 0] if recurrent else states[0][0]  # recurrent networks have time first
        torch.testing.assert_close(weights @ of_document, read[0][0])


def test_our_own_layers_attend_as_torch_says(build, document):
    model = build("transformer, mean", loud=3.0)
    layer, read = model.layers[-1].attention, []
    layer.register_forward_pre_hook(lambda _, inputs: read.append(inputs[0]))
    found = attention_weights(model, document(*IDS))
    width = layer.output.in_features
    reference = nn.MultiheadAttention(width, layer.heads, batch_first=True).eval()
    weights = {"in_proj_weight": layer.projection.weight, "in_proj_bias": layer.projection.bias}
    weights |= {"out_proj.weight": layer.output.weight, "out_proj.bias": layer.output.bias}
    reference.load_state_dict(weights)
    expected = reference(read[0], read[0], read[0], need_weights=True, average_attn_weights=True)[1]
    torch.testing.assert_close(found, expected[0].mean(dim=0))


def test_an_encoder_attends_as_it_says_itself(build, document, encoder_of):
    everywhere, first = slice(None), slice(0, 1)  # the positions whose states are pooled
    kinds = {"bert, mean": ("bert", everywhere), "bert, class vector": ("bert", first)}
    kinds |= {"distilbert": ("distilbert", first), "roberta": ("roberta_published", everywhere)}
    for kind, (name, rows) in kinds.items():
        encoder = load_encoder(encoder_of(name))
        encoder.set_attn_implementation("eager")
        output = encoder(input_ids=document(*IDS)["input_ids"], output_attentions=True)
        expected = output.attentions[-1][0].mean(dim=0)[rows].mean(dim=0)
        torch.testing.assert_close(attention_weights(build(kind), document(*IDS)), expected, msg=kind)
