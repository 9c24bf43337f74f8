"""An LSTM encoder and decoder for classification: the decoder's only output is the label.

A bidirectional LSTM reads the document; an LSTM cell starts from its final states, reads one learned start vector, and
its output is classified. With attention the output first looks back over the encoder's outputs, after Luong et al.
2015 (arXiv:1508.04025).
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import torch
from torch import Tensor, nn

from textstudy.models.embeddings import vector_dropout, word_embedding
from textstudy.models.lengths import real_positions, reverse_within_lengths
from textstudy.models.recurrent import RecurrentEncoder

SATURATED = 1e4  # its sigmoid is exactly 1, and that of its negative exactly 0


def run_lstm(lstm: nn.LSTM, inputs: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
    """Run one layer in one direction over a padded batch, and return the cell state after the last real step too.

    `torch.nn.LSTM` returns the cell state after the last step only, even if that is padding, and packing is slow on
    CPUs. So one more input marks padding and sets the gates there: forget nothing, add nothing.

    Args:
        lstm: one layer, one direction.
        inputs: (time, batch, features).
        lengths: real steps of each document, at least one, (batch,).

    Returns:
        The output after each step, (time, batch, hidden), undefined over padding; the cell states, (batch, hidden).
    """
    padding = ~real_positions(lengths, inputs.shape[0]).T.unsqueeze(-1)  # (time, batch, 1)
    gates = inputs.new_tensor([-SATURATED, SATURATED, 0.0, 0.0])  # input, forget, cell, output: torch's order
    weight = torch.cat([lstm.weight_ih_l0, gates.repeat_interleave(lstm.hidden_size).unsqueeze(1)], dim=1)
    zeros = inputs.new_zeros(1, inputs.shape[1], lstm.hidden_size)
    outputs, _, cells = torch.lstm(
        torch.cat([inputs, padding.to(inputs.dtype)], dim=-1),
        (zeros, zeros),
        (weight, lstm.weight_hh_l0, lstm.bias_ih_l0, lstm.bias_hh_l0),
        has_biases=True,
        num_layers=1,
        dropout=0.0,
        train=lstm.training,
        bidirectional=False,
        batch_first=False,
    )
    return outputs, cells[0]


class LSTMEncoder(RecurrentEncoder):
    """A bidirectional LSTM that also returns its final states, which start a decoder."""

    def __init__(self, input_size: int, hidden_size: int, *, layers: int, dropout: float) -> None:
        super().__init__("lstm", input_size, hidden_size, layers=layers, bidirectional=True, dropout=dropout)

    def forward(self, inputs: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the last layer's outputs and final states; equal to those of a packed `torch.nn.LSTM`.

        Args:
            inputs: time-major, (time, batch, features).
            lengths: real steps of each document, at least one, (batch,).

        Returns:
            The outputs, (time, batch, 2 · hidden), undefined over padding; the final hidden states and the final cell
            states, each (batch, 2 · hidden), forward and backward side by side.
        """
        for layer in self.layers[:-1]:
            inputs = self.dropout(layer(inputs, lengths))
        last = self.layers[-1]
        ahead, ahead_cells = run_lstm(last.ahead, inputs, lengths)
        back, back_cells = run_lstm(last.back, reverse_within_lengths(inputs, lengths), lengths)
        outputs = torch.cat([ahead, reverse_within_lengths(back, lengths)], dim=-1)
        return outputs, self.final(outputs, lengths), torch.cat([ahead_cells, back_cells], dim=-1)


class EncoderDecoderClassifier(nn.Module):
    """Word vectors → encoder → one step of the decoder → attention, where asked for → dropout → linear head."""

    def __init__(
        self,
        embedding: nn.Embedding,
        encoder: LSTMEncoder,
        *,
        classes: int,
        attention: bool,
        dropout: float,
        embedding_dropout: nn.Module,
    ) -> None:
        super().__init__()
        size = encoder.output_size
        self.embedding = embedding
        self.embedding_dropout = embedding_dropout
        self.encoder = encoder
        self.start = nn.Parameter(torch.randn(embedding.embedding_dim))  # what the decoder reads, as if it were a word
        self.decoder = nn.LSTMCell(embedding.embedding_dim, size)
        self.attention = None
        if attention:
            # By name: a model without attention is not stale when attention changes.
            self.attention = import_module("textstudy.models.attention").DotAttention()
            self.combination = nn.Linear(2 * size, size, bias=False)  # W_c of the paper's equation 5
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(size, classes)

    def forward(self, input_ids: Tensor, lengths: Tensor) -> Tensor:
        """Return the logits, (batch, classes).

        Args:
            input_ids: token ids padded with 0, (batch, time).
            lengths: tokens of each document, at least one, (batch,).
        """
        vectors = self.embedding_dropout(self.embedding(input_ids.T))  # (time, batch, embedding)
        outputs, hidden, cells = self.encoder(vectors, lengths)
        decoded, _ = self.decoder(self.start.expand(lengths.shape[0], -1), (hidden, cells))  # (batch, 2 · hidden)
        if self.attention is not None:
            real = real_positions(lengths, outputs.shape[0])
            context, _ = self.attention(decoded, outputs.transpose(0, 1), real)
            decoded = torch.tanh(self.combination(torch.cat([context, decoded], dim=-1)))
        return self.head(self.dropout(decoded))


def build(
    settings: Mapping[str, Any],
    *,
    classes: int,
    vocabulary_size: int | None = None,
    embedding: Tensor | None = None,
) -> EncoderDecoderClassifier:
    """Return a classifier with fresh weights.

    Args:
        settings: those of `embeddings.word_embedding` and `embeddings.vector_dropout`, layers, hidden_size
            (per direction of the encoder; the decoder has twice as many units), attention, dropout (between layers
            and before the head).
        classes: number of labels.
        vocabulary_size: rows of a random embedding.
        embedding: pretrained word vectors, (vocabulary, embedding), for embeddings other than random; row 0 is padding.

    Raises:
        ValueError: the word vectors do not fit the settings.
    """
    table = word_embedding(settings, vocabulary_size=vocabulary_size, embedding=embedding)
    encoder = LSTMEncoder(
        settings["embedding_size"], settings["hidden_size"], layers=settings["layers"], dropout=settings["dropout"]
    )
    return EncoderDecoderClassifier(
        table,
        encoder,
        classes=classes,
        attention=settings["attention"],
        dropout=settings["dropout"],
        embedding_dropout=vector_dropout(settings),
    )
