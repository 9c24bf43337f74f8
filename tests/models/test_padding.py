"""In any network that reads token ids, padding changes no logit, and every word does."""

from importlib import import_module

import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

COMMON = {
    "embedding_size": 6,
    "embeddings": "random",
    "freeze_embeddings": False,
    "embedding_dropout": 0.3,
    "word_dropout": 0.1,
    "dropout": 0.3,
    "layers": 2,
}
RECURRENT = {"architecture": "recurrent", "hidden_size": 5}
TRANSFORMER = {
    "architecture": "transformer",
    "hidden_size": 8,
    "heads": 2,
    "feedforward_size": 7,
    "maximum_length": 12,
    "attention_dropout": 0.3,
}
VARIANTS = [
    *(
        COMMON | RECURRENT | {"cell": cell, "bidirectional": bidirectional, "pooling": pooling}
        for cell in ("rnn", "lstm", "gru")
        for bidirectional in (False, True)
        for pooling in ("final", "attention", "dot_attention")
    ),
    *(
        COMMON | TRANSFORMER | {"normalisation": norm, "positions": positions, "activation": "gelu", "pooling": pooling}
        for norm in ("pre", "post")
        for positions in ("sinusoidal", "learned")
        for pooling in ("mean", "cls", "attention")
    ),
    *(
        COMMON | {"architecture": "encoder_decoder", "hidden_size": 5, "attention": attention}
        for attention in (False, True)
    ),
]


@settings(max_examples=8, deadline=None)
@given(lengths=st.lists(st.integers(1, 7), min_size=1, max_size=5), surplus=st.integers(0, 5), seed=st.integers(0, 99))
@example(lengths=[1], surplus=0, seed=0)
@example(lengths=[1, 7, 1], surplus=5, seed=0)
def test_padding_and_company_change_no_logit(lengths, surplus, seed):
    torch.manual_seed(seed)
    documents = [torch.randint(1, 20, (length,)) for length in lengths]
    padded = torch.zeros(len(lengths), max(lengths) + surplus, dtype=torch.long)
    for row, document in zip(padded, documents, strict=True):
        row[: len(document)] = document
    for variant in VARIANTS:
        torch.manual_seed(seed)
        module = import_module(f"textstudy.models.{variant['architecture']}")
        model = module.build(variant, classes=3, vocabulary_size=20).eval()
        with torch.no_grad():
            model.embedding.weight[0] = 3.0  # what stands at padding must not matter, zero or not
            together = model(input_ids=padded, lengths=torch.tensor(lengths))
            for row, document in zip(together, documents, strict=True):
                alone = model(input_ids=document.unsqueeze(0), lengths=torch.tensor([len(document)]))[0]
                torch.testing.assert_close(row, alone, rtol=1e-5, atol=1e-5, msg=lambda text, v=variant: f"{v}: {text}")


def test_every_word_counts():
    """Padding could be ignored by ignoring words too: a mask that is one short, say."""
    document, length = torch.tensor([[3, 4, 5, 6]]), torch.tensor([4])
    for variant in VARIANTS:
        torch.manual_seed(0)
        module = import_module(f"textstudy.models.{variant['architecture']}")
        model = module.build(variant, classes=3, vocabulary_size=20).eval()
        logits = model(input_ids=document, lengths=length)
        gradient = torch.autograd.grad(logits[0, 0], model.embedding.weight)[0]  # (vocabulary, embedding)
        assert (gradient[3:7].abs().max(dim=1).values > 1e-7).all(), variant
