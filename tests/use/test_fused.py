"""Attention as one operator: the same numbers as torch's for any lengths, whatever stands in the padding."""

from collections import Counter

import numpy as np
import onnx
import pytest
import torch
import transformers
from hypothesis import given, settings
from hypothesis import strategies as st

from textstudy.models.pretrained import build
from textstudy.models.transformer import build as build_transformer
from textstudy.ragged import Ragged
from textstudy.settings.models.transformer import TransformerModel
from textstudy.use.export import network
from textstudy.use.graph import Graph
from tiny_encoders import FINE_TUNING

WORDS, LONGEST = 50, 20
SIZES = {"vocab_size": WORDS, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
SIZES |= {"intermediate_size": 64, "max_position_embeddings": 32}
GPT = {"vocab_size": WORDS, "n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 32}
T5 = {"vocab_size": WORDS, "d_model": 32, "d_kv": 8, "d_ff": 64, "num_layers": 2, "num_heads": 4}
MODERN = SIZES | {"pad_token_id": 0, "global_attn_every_n_layers": 2, "local_attention": 6}
MODERN |= dict.fromkeys(("bos_token_id", "eos_token_id", "cls_token_id", "sep_token_id"), 1)
ENCODERS = {  # masks of keys, of windows and of what comes later; positions added to the scores
    "Bert": SIZES,
    "DistilBert": {"vocab_size": WORDS, "dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 64},
    "ModernBert": MODERN,
    "T5Encoder": T5,
    "GPT2": GPT | {"bos_token_id": 1, "eos_token_id": 1},
}


def make(name: str) -> torch.nn.Module:
    torch.manual_seed(0)
    if name == "ours":
        options = {"heads": 2, "hidden_size": 16, "layers": 2, "embedding_size": 8, "pooling": "cls"}
        model = TransformerModel(architecture="transformer", embeddings="random", normalisation="pre", **options)
        return build_transformer(model.model_dump(mode="json"), classes=3, vocabulary_size=WORDS).eval()
    configuration = getattr(transformers, f"{name.removesuffix('Encoder')}Config")(**ENCODERS[name])
    encoder = getattr(transformers, f"{name}Model")(configuration)
    return build(FINE_TUNING | {"pooling": "mean"}, classes=3, encoder=encoder).eval()


def written(made: torch.nn.Module, path) -> tuple[Graph, Counter]:
    network.write_graph(made, path, weighted=False)
    return Graph(path), Counter(node.op_type for node in onnx.load(path).graph.node)


def documents(lengths: list[int], seed: int = 0) -> dict[str, Ragged]:
    ids = np.random.default_rng(seed).integers(2, WORDS, sum(lengths), dtype=np.int32)
    return {"input_ids": Ragged.of_lengths(ids, np.array(lengths))}


@pytest.mark.parametrize("name", ["ours", *ENCODERS])
def test_each_layer_is_one_operator_with_the_numbers_of_torch(name, tmp_path):
    made = make(name)
    graph, operators = written(made, tmp_path / "graph.onnx")
    assert operators["MultiHeadAttention"] == 2 and not operators["Softmax"]
    for lengths in ([1], [LONGEST], [7, 7, 7], [LONGEST, 1, 3, 2, 9]):
        inputs = documents(lengths)
        np.testing.assert_allclose(graph.predict(inputs), network.predict(made, inputs), atol=1e-5)


@pytest.fixture(scope="module")
def bert(tmp_path_factory):
    return written(make("Bert"), tmp_path_factory.mktemp("bert") / "graph.onnx")[0]


@settings(max_examples=30)
@given(lengths=st.lists(st.integers(1, LONGEST), min_size=1, max_size=6), seed=st.integers(0, 99))
def test_no_document_reads_its_padding_or_its_neighbours(bert, lengths, seed):
    inputs = documents(lengths, seed)
    alone = [bert.predict({"input_ids": inputs["input_ids"].take(np.array([row]))}) for row in range(len(lengths))]
    np.testing.assert_allclose(bert.predict(inputs), np.concatenate(alone), atol=1e-6)
    batch = np.random.default_rng(seed).integers(2, WORDS, (2, len(lengths), LONGEST))
    real = np.arange(LONGEST) < np.array(lengths)[:, None]
    batch[1][real] = batch[0][real]  # other words in the padding
    first, second = (bert._session.run(None, {"input_ids": ids, "lengths": np.array(lengths)})[0] for ids in batch)
    assert np.array_equal(first, second)


class Other(torch.nn.Module):
    """Attention that the operator is not asked for: what comes later is out of sight, or the keys are fewer."""

    def __init__(self, **options):
        super().__init__()
        self.table, self.options = torch.nn.Embedding(WORDS, 8), options

    def forward(self, input_ids, lengths):
        heads = self.table(input_ids).unflatten(-1, (2, 4)).transpose(1, 2)  # (batch, heads, time, size)
        keys = heads if self.options else heads[:, :, :1]
        attended = torch.nn.functional.scaled_dot_product_attention(heads, keys, keys, **self.options)
        return attended.transpose(1, 2).flatten(2).sum(dim=1) / lengths.unsqueeze(-1)


@pytest.mark.parametrize("options", [{"is_causal": True}, {}])
def test_other_attention_is_left_as_it_was(options, tmp_path):
    made = Other(**options).eval()
    graph, operators = written(made, tmp_path / "graph.onnx")
    assert not operators["MultiHeadAttention"] and operators["Softmax"] == 1
    for lengths in ([1], [7, 7, 7]):
        inputs = documents(lengths)
        np.testing.assert_allclose(graph.predict(inputs), network.predict(made, inputs), atol=1e-5)
