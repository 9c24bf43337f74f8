"""Word vectors, random or pretrained: the first layer of every network that reads token ids."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

# Of random vectors. PyTorch's default of 1 is so large that a small corpus hardly changes a word's random vector.
DEVIATION = 0.1


def word_embedding(
    settings: Mapping[str, Any],
    *,
    vocabulary_size: int | None,
    embedding: Tensor | None,
    deviation: float = DEVIATION,
) -> nn.Embedding:
    """Return the table of word vectors; row 0 is padding, which learns nothing.

    Args:
        settings: embeddings (random: normal, zero for padding; glove), embedding_size, freeze_embeddings.
        vocabulary_size: rows of a random table.
        embedding: pretrained vectors, (vocabulary, embedding), for embeddings other than random.
        deviation: standard deviation of random vectors.

    Raises:
        ValueError: the word vectors do not fit the settings.
    """
    if settings["embeddings"] == "random":
        if vocabulary_size is None:
            raise ValueError("random embeddings need the size of the vocabulary")
        table = nn.Embedding(vocabulary_size, settings["embedding_size"], padding_idx=0)
        with torch.no_grad():
            table.weight *= deviation
    else:
        if embedding is None or embedding.shape[1] != settings["embedding_size"]:
            found = "none" if embedding is None else f"{embedding.shape[1]} dimensions"
            raise ValueError(f"word vectors of {settings['embedding_size']} dimensions are needed, there are {found}")
        # A copy: training must not write into the caller's matrix.
        table = nn.Embedding.from_pretrained(embedding.clone(), freeze=False, padding_idx=0)
    table.weight.requires_grad = not settings["freeze_embeddings"]
    return table


def vector_dropout(settings: Mapping[str, Any]) -> nn.Module:
    """Return the dropout between the word vectors and the network, which reads (time, batch, embedding) or batch first.

    Args:
        settings: word_dropout, the share of tokens whose whole vector is left out (Iyyer et al. 2015, Deep Unordered
            Composition Rivals Syntactic Methods, section 3.1); embedding_dropout, the share of single elements.
    """
    return nn.Sequential(nn.Dropout1d(settings["word_dropout"]), nn.Dropout(settings["embedding_dropout"]))
