"""Recurrent classifiers: RNN, LSTM or GRU, one direction or two, on random or pretrained word vectors.

A bidirectional network over packed sequences is slow on a CPU: it multiplies many small matrices, one for each step and
batch size, and PyTorch does not use oneDNN for it. Here each layer and direction is a network of its own on the padded
batch, and the backward direction reads each document reversed within its length. So both directions read padding only
after the last word, and the states of real words are those of the packed network.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import torch
from torch import Tensor, nn

from textstudy.models.embeddings import vector_dropout, word_embedding
from textstudy.models.lengths import real_positions, reverse_within_lengths

CELLS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


class RecurrentLayer(nn.Module):
    """One layer in one direction or both; equal to a packed one-layer `torch.nn.LSTM` (RNN, GRU) at real steps."""

    def __init__(self, cell: str, input_size: int, hidden_size: int, *, bidirectional: bool) -> None:
        super().__init__()
        self.ahead = CELLS[cell](input_size, hidden_size)
        self.back = CELLS[cell](input_size, hidden_size) if bidirectional else None

    def forward(self, inputs: Tensor, lengths: Tensor) -> Tensor:
        """Return the state after each step, (time, batch, directions · hidden); undefined over padding."""
        states, _ = self.ahead(inputs)  # (time, batch, hidden)
        if self.back is None:
            return states
        reversed_states, _ = self.back(reverse_within_lengths(inputs, lengths))
        return torch.cat([states, reverse_within_lengths(reversed_states, lengths)], dim=-1)


class RecurrentEncoder(nn.Module):
    """Layers on top of one another, with dropout between them as in `torch.nn.LSTM`."""

    def __init__(
        self, cell: str, input_size: int, hidden_size: int, *, layers: int, bidirectional: bool, dropout: float
    ) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        self.output_size = hidden_size * (2 if bidirectional else 1)
        sizes = [input_size] + [self.output_size] * (layers - 1)
        self.layers = nn.ModuleList(
            RecurrentLayer(cell, size, hidden_size, bidirectional=bidirectional) for size in sizes
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, inputs: Tensor, lengths: Tensor) -> Tensor:
        """Return the last layer's states.

        Args:
            inputs: time-major, (time, batch, features), which is the fastest order.
            lengths: real steps of each document, at least one, (batch,).

        Returns:
            (time, batch, output_size): forward states, then backward states where there are two directions.
        """
        states = self.layers[0](inputs, lengths)
        for layer in self.layers[1:]:
            states = layer(self.dropout(states), lengths)
        return states

    def final(self, states: Tensor, lengths: Tensor) -> Tensor:
        """Return each direction's final state, (batch, output): forward the last real step's, backward the first's."""
        documents = torch.arange(states.shape[1], device=states.device)
        ahead = states[lengths - 1, documents, : self.hidden_size]
        return torch.cat([ahead, states[0, :, self.hidden_size :]], dim=-1)


class RecurrentClassifier(nn.Module):
    """Word vectors, optionally scaled by TF-IDF weights → recurrent layers → pooling → dropout → linear head."""

    def __init__(
        self,
        embedding: nn.Embedding,
        encoder: RecurrentEncoder,
        *,
        classes: int,
        pooling: str,
        dropout: float,
        embedding_dropout: nn.Module,
    ) -> None:
        super().__init__()
        self.embedding = embedding
        self.embedding_dropout = embedding_dropout
        self.encoder = encoder
        self.pooling = pooling
        if pooling != "final":
            # By name: a model without attention is not stale when attention changes.
            attention = import_module("textstudy.models.attention")
            if pooling == "attention":
                self.attention = attention.AttentionPooling(encoder.output_size, attention_size=encoder.hidden_size)
            else:
                self.attention = attention.DotAttention()
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(encoder.output_size, classes)

    def forward(self, input_ids: Tensor, lengths: Tensor, weights: Tensor | None = None) -> Tensor:
        """Return the logits, (batch, classes).

        Args:
            input_ids: token ids padded with 0, (batch, time).
            lengths: tokens of each document, at least one, (batch,).
            weights: factor of each token's vector, (batch, time), for models with TF-IDF weighting.
        """
        vectors = self.embedding(input_ids.T)  # (time, batch, embedding)
        if weights is not None:
            vectors = vectors * weights.T.unsqueeze(-1)
        states = self.encoder(self.embedding_dropout(vectors), lengths)  # (time, batch, directions · hidden)
        return self.head(self.dropout(self._pool(states, lengths)))  # (batch, classes)

    def _pool(self, states: Tensor, lengths: Tensor) -> Tensor:
        """Return one vector a document, (batch, directions · hidden)."""
        if self.pooling == "final":
            return self.encoder.final(states, lengths)
        real, by_document = real_positions(lengths, states.shape[0]), states.transpose(0, 1)
        if self.pooling == "attention":
            return self.attention(by_document, real)[0]
        return self.attention(self.encoder.final(states, lengths), by_document, real)[0]


def build(
    settings: Mapping[str, Any],
    *,
    classes: int,
    vocabulary_size: int | None = None,
    embedding: Tensor | None = None,
) -> RecurrentClassifier:
    """Return a classifier with fresh weights.

    Args:
        settings: those of `embeddings.word_embedding` and `embeddings.vector_dropout`, cell (rnn, lstm, gru),
            layers, hidden_size (per direction), bidirectional, tfidf_weighting, pooling (final states; attention,
            learned; dot_attention, by each state's product with the final states), dropout (between layers and before
            the head).
        classes: number of labels.
        vocabulary_size: rows of a random embedding.
        embedding: pretrained word vectors, (vocabulary, embedding), for embeddings other than random; row 0 is padding.

    Raises:
        ValueError: the word vectors do not fit the settings.
    """
    table = word_embedding(settings, vocabulary_size=vocabulary_size, embedding=embedding)
    encoder = RecurrentEncoder(
        settings["cell"],
        settings["embedding_size"],
        settings["hidden_size"],
        layers=settings["layers"],
        bidirectional=settings["bidirectional"],
        dropout=settings["dropout"],
    )
    return RecurrentClassifier(
        table,
        encoder,
        classes=classes,
        pooling=settings["pooling"],
        dropout=settings["dropout"],
        embedding_dropout=vector_dropout(settings),
    )
