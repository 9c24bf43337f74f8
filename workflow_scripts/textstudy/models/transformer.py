"""The Transformer encoder as a classifier, after Vaswani et al. 2017 (arXiv:1706.03762).

Words and positions, layers of self-attention and feed-forward networks, a pooled state, a linear layer. No word attends
to padding, and no pooling reads it.
"""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from textstudy.models.attention import AttentionPooling, MultiHeadAttention
from textstudy.models.embeddings import vector_dropout, word_embedding
from textstudy.models.lengths import real_positions

ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU}


def sinusoids(time: int, hidden_size: int, device: torch.device | None = None) -> Tensor:
    """Return the positions of Vaswani et al. 2017, section 3.5, (time, hidden): sines and cosines by turns.

    Dimensions 2i and 2i + 1 hold the sine and the cosine of position / 10000^(2i / hidden).
    """
    positions = torch.arange(time, device=device).unsqueeze(1)  # (time, 1)
    even = torch.arange(0, hidden_size, 2, device=device)
    angles = positions * torch.exp(even * (-math.log(10000.0) / hidden_size))  # (time, ⌈hidden / 2⌉)
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)[:, :hidden_size]


class SinusoidalPositions(nn.Module):
    """Adds fixed positions; documents may have any length."""

    def forward(self, vectors: Tensor) -> Tensor:
        """Return `vectors`, (batch, time, hidden), each with its position added."""
        return vectors + sinusoids(vectors.shape[1], vectors.shape[2], vectors.device)


class LearnedPositions(nn.Module):
    """Adds a learned vector for each position, up to a greatest length."""

    def __init__(self, maximum_length: int, hidden_size: int) -> None:
        super().__init__()
        self.table = nn.Embedding(maximum_length, hidden_size)
        # Smaller than the words, which have deviation 1.
        nn.init.normal_(self.table.weight, std=hidden_size**-0.5)

    def forward(self, vectors: Tensor) -> Tensor:
        """Return `vectors`, (batch, time, hidden), each with its position added.

        Raises:
            ValueError: there are fewer positions than tokens.
        """
        time = vectors.shape[1]
        if time > self.table.num_embeddings:
            raise ValueError(
                f"a document has {time} tokens, and there are learned positions for {self.table.num_embeddings}: raise "
                f"the model's maximum_length, or truncate the documents in the encoding"
            )
        return vectors + self.table.weight[:time]


class TransformerLayer(nn.Module):
    """Self-attention, then a feed-forward network, each added to its input; as `torch.nn.TransformerEncoderLayer`.

    Post-normalisation is norm(x + f(x)), as in the paper; pre-normalisation is x + f(norm(x)), so that a path without
    any norm leads from the last layer to the first (Xiong et al. 2020, arXiv:2002.04745).
    """

    def __init__(
        self,
        hidden_size: int,
        heads: int,
        feedforward_size: int,
        *,
        activation: str,
        normalisation: str,
        dropout: float,
        attention_dropout: float,
    ) -> None:
        super().__init__()
        self.norm_first = normalisation == "pre"
        self.attention = MultiHeadAttention(hidden_size, heads, dropout=attention_dropout)
        self.feedforward = nn.Sequential(
            nn.Linear(hidden_size, feedforward_size),
            ACTIVATIONS[activation](),
            nn.Dropout(dropout),
            nn.Linear(feedforward_size, hidden_size),
        )
        self.attention_norm = nn.LayerNorm(hidden_size)
        self.feedforward_norm = nn.LayerNorm(hidden_size)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the next states, (batch, time, hidden); `mask` is boolean (batch, time), False over padding."""
        if self.norm_first:
            states = states + self.dropout(self.attention(self.attention_norm(states), mask))
            return states + self.dropout(self.feedforward(self.feedforward_norm(states)))
        states = self.attention_norm(states + self.dropout(self.attention(states, mask)))
        return self.feedforward_norm(states + self.dropout(self.feedforward(states)))


class TransformerClassifier(nn.Module):
    """Word vectors → width of the model → positions → layers → pooling → dropout → linear head."""

    def __init__(self, embedding: nn.Embedding, settings: Mapping[str, Any], *, classes: int) -> None:
        super().__init__()
        width, hidden_size = embedding.embedding_dim, settings["hidden_size"]
        self.embedding = embedding
        self.scale = math.sqrt(width)
        self.embedding_dropout = vector_dropout(settings)
        self.projection = nn.Identity() if width == hidden_size else nn.Linear(width, hidden_size)
        learned = settings["positions"] == "learned"
        self.positions = LearnedPositions(settings["maximum_length"], hidden_size) if learned else SinusoidalPositions()
        layer = ("heads", "feedforward_size", "activation", "normalisation", "dropout", "attention_dropout")
        options = {name: settings[name] for name in layer}
        self.layers = nn.ModuleList(TransformerLayer(hidden_size, **options) for _ in range(settings["layers"]))
        # Without it, the last states of pre-normalisation could have any scale.
        self.final_norm = nn.LayerNorm(hidden_size) if settings["normalisation"] == "pre" else nn.Identity()
        self.pooling = settings["pooling"]
        if self.pooling == "cls":
            self.class_vector = nn.Parameter(torch.randn(hidden_size))
        elif self.pooling == "attention":
            self.attention = AttentionPooling(hidden_size, attention_size=hidden_size)
        self.dropout = nn.Dropout(settings["dropout"])
        self.head = nn.Linear(hidden_size, classes)

    def forward(self, input_ids: Tensor, lengths: Tensor) -> Tensor:
        """Return the logits, (batch, classes).

        Args:
            input_ids: token ids padded with 0, (batch, time).
            lengths: tokens of each document, at least one, (batch,).

        Raises:
            ValueError: a document is longer than the learned positions.
        """
        vectors = self.embedding_dropout(self.embedding(input_ids) * self.scale)  # (batch, time, embedding)
        states = self.positions(self.projection(vectors))  # (batch, time, hidden)
        if self.pooling == "cls":
            states = torch.cat([self.class_vector.expand(states.shape[0], 1, -1), states], dim=1)
            lengths = lengths + 1
        real = real_positions(lengths, states.shape[1])  # (batch, time)
        mask = None if real.all() else real
        states = self.dropout(states)
        for layer in self.layers:
            states = layer(states, mask)
        return self.head(self.dropout(self._pool(self.final_norm(states), real)))

    def _pool(self, states: Tensor, real: Tensor) -> Tensor:
        """Return one vector a document, (batch, hidden), from the states of its real positions."""
        if self.pooling == "cls":
            return states[:, 0]
        if self.pooling == "attention":
            return self.attention(states, real)[0]
        return torch.einsum("bt,bth->bh", real / real.sum(dim=1, keepdim=True), states)


def build(
    settings: Mapping[str, Any],
    *,
    classes: int,
    vocabulary_size: int | None = None,
    embedding: Tensor | None = None,
) -> TransformerClassifier:
    """Return a classifier with fresh weights.

    Args:
        settings: those of `embeddings.word_embedding` (a linear projection follows where embedding_size is not
            hidden_size), of `embeddings.vector_dropout`, layers, heads, hidden_size (width of the model),
            feedforward_size, positions (sinusoidal, learned), maximum_length (of learned positions), normalisation
            (pre, post), activation (relu, gelu), pooling (mean of the states; cls, a learned vector in front of the
            document; attention), dropout (on the embedded input, in the layers and before the head),
            attention_dropout (on the attention weights).
        classes: number of labels.
        vocabulary_size: rows of a random embedding.
        embedding: pretrained word vectors, (vocabulary, embedding), for embeddings other than random; row 0 is padding.

    Raises:
        ValueError: the word vectors, or the number of heads, do not fit the settings.
    """
    # Multiplied by the scale of section 3.4, random vectors then have deviation 1 in the layers.
    deviation = 1 / math.sqrt(settings["embedding_size"])
    table = word_embedding(settings, vocabulary_size=vocabulary_size, embedding=embedding, deviation=deviation)
    return TransformerClassifier(table, settings, classes=classes)
