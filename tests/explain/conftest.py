"""Small networks with random weights, of every kind."""

from importlib import import_module

import pytest
import torch
from torch import nn

from textstudy.encode.encoders import load_encoder
from textstudy.settings.models import AS_MODEL

TRAINING = {"epochs": 1, "batch_size": 4}
COMMON = {"training": TRAINING, "embedding_size": 6, "embeddings": "random", "word_dropout": 0.1, "layers": 2}
RECURRENT = COMMON | {"architecture": "recurrent", "hidden_size": 5}
TRANSFORMER = COMMON | {"architecture": "transformer", "hidden_size": 8, "heads": 2, "feedforward_size": 7}
ENCODER_DECODER = COMMON | {"architecture": "encoder_decoder", "hidden_size": 5}
OF_WORDS = {
    "rnn, final states": RECURRENT | {"cell": "rnn", "pooling": "final"},
    "lstm, attention": RECURRENT | {"pooling": "attention"},
    "gru, dot attention": RECURRENT | {"cell": "gru", "pooling": "dot_attention", "bidirectional": False},
    "transformer, mean": TRANSFORMER | {"pooling": "mean", "positions": "learned", "normalisation": "pre"},
    "transformer, class vector": TRANSFORMER | {"pooling": "cls"},
    "transformer, attention": TRANSFORMER | {"pooling": "attention", "activation": "gelu"},
    "encoder-decoder": ENCODER_DECODER | {"attention": False},
    "encoder-decoder, attention": ENCODER_DECODER | {"attention": True},
}
PRETRAINED = {"training": TRAINING, "architecture": "pretrained", "strategy": "full"}
EMBEDDINGS = {"training": TRAINING, "architecture": "embedding_recurrent", "hidden_size": 5, "head_size": 4}
OF_PIECES = {
    "bert, pooler": ("bert", PRETRAINED | {"pooling": "pooler"}),
    "bert, mean": ("bert", PRETRAINED | {"pooling": "mean", "head": "two_layer", "standardize": True}),
    "bert, class vector": ("bert", PRETRAINED | {"pooling": "cls"}),
    "bert, adapters": ("bert", PRETRAINED | {"strategy": "lora"}),
    "distilbert": ("distilbert", PRETRAINED | {"pooling": "cls"}),
    "electra": ("electra", PRETRAINED | {"pooling": "mean"}),
    "roberta": ("roberta_published", PRETRAINED | {"pooling": "mean"}),
    "embeddings of bert": ("bert", EMBEDDINGS),
    "embeddings of roberta": ("roberta_published", EMBEDDINGS),
}


@pytest.fixture(params=[*OF_WORDS, *OF_PIECES])
def kind(request) -> str:
    """The name of a kind of network, each in its turn."""
    return request.param


@pytest.fixture
def build(encoder_of):
    """A function from a kind to a network in evaluation mode; `loud` multiplies its weights, so that logits vary."""

    def network(kind: str, *, classes: int = 3, loud: float = 1.0) -> nn.Module:
        torch.manual_seed(4)
        if kind in OF_WORDS:
            chosen, options = OF_WORDS[kind], {"vocabulary_size": 95}
        else:
            name, chosen = OF_PIECES[kind]
            options = {"encoder": load_encoder(encoder_of(name))}
        settings = AS_MODEL.validate_python(chosen).model_dump(mode="json")
        module = import_module(f"textstudy.models.{settings['architecture']}")
        model = module.build(settings, classes=classes, **options)
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.ndim == 2:
                    parameter *= loud
        return model.eval()

    return network


@pytest.fixture
def document():
    """A function from token ids to a batch of this one document, padded by `surplus`."""

    def batch(*ids: int, surplus: int = 0) -> dict[str, torch.Tensor]:
        return {"input_ids": torch.tensor([[*ids, *[0] * surplus]]), "lengths": torch.tensor([len(ids)])}

    return batch
