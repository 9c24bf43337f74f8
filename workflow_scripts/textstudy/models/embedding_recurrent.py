"""A bidirectional LSTM over the embeddings of a pretrained encoder, which do not learn.

The embeddings are the encoder's own, so they are not among the weights that are saved.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from textstudy.models.attention import masked_softmax
from textstudy.models.lengths import real_positions
from textstudy.models.recurrent import RecurrentEncoder


class FrozenEmbeddings(nn.Module):
    """The embedding module of a pretrained encoder: word, position, token type, normalisation; nothing learns.

    It stays in evaluation mode and in float32. Its weights count as parameters but are not in a state dict.
    """

    def __init__(self, embeddings: nn.Module, padding_id: int) -> None:
        super().__init__()
        self.embeddings = embeddings.requires_grad_(False).eval()
        self.padding_id = padding_id
        self.register_state_dict_post_hook(_remove_weights)
        self.register_load_state_dict_pre_hook(_add_weights)

    def forward(self, input_ids: Tensor, lengths: Tensor) -> Tensor:
        """Return the vectors, (batch, time, embedding), of ids padded with 0, (batch, time)."""
        real = real_positions(lengths, input_ids.shape[1])
        # RoBERTa counts its positions by the padding id, which there is not 0.
        input_ids = input_ids.masked_fill(~real, self.padding_id)
        # BERT's normalisation adds 1e-12 to the variance, which is zero in float16.
        with torch.autocast(input_ids.device.type, enabled=False):
            return self.embeddings(input_ids)

    def train(self, mode: bool = True) -> "FrozenEmbeddings":
        """Stay in evaluation mode, in whatever `mode` the model around it is."""
        return super().train(False)


def _remove_weights(module: nn.Module, state: dict[str, Any], prefix: str, *_: Any) -> None:
    for name in [name for name in state if name.startswith(prefix)]:
        del state[name]


def _add_weights(module: nn.Module, state: dict[str, Any], prefix: str, *_: Any) -> None:
    """Add the weights that `_remove_weights` removed, so that strict loading misses none."""
    state.update(module.embeddings.state_dict(prefix=f"{prefix}embeddings."))


class EmbeddingRecurrentClassifier(nn.Module):
    """Frozen embeddings → bidirectional LSTM → attention over the states → two-layer head."""

    def __init__(
        self, embeddings: FrozenEmbeddings, encoder: RecurrentEncoder, *, classes: int, head_size: int, dropout: float
    ) -> None:
        super().__init__()
        self.embeddings = embeddings
        self.encoder = encoder
        self.score = nn.Linear(encoder.output_size, 1)
        self.head = nn.Sequential(
            nn.LayerNorm(encoder.output_size),
            nn.Linear(encoder.output_size, head_size),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(head_size, classes),
        )

    def forward(self, input_ids: Tensor, lengths: Tensor) -> Tensor:
        """Return the logits, (batch, classes).

        Args:
            input_ids: token ids padded with 0, (batch, time).
            lengths: tokens of each document, at least one, (batch,).
        """
        vectors = self.embeddings(input_ids, lengths).transpose(0, 1)  # (time, batch, embedding)
        states = self.encoder(vectors, lengths)  # (time, batch, 2 · hidden)
        scores = self.score(states).squeeze(-1).T  # (batch, time)
        weights = masked_softmax(scores, real_positions(lengths, states.shape[0]))
        return self.head(torch.einsum("bt,tbh->bh", weights, states))


def build(settings: Mapping[str, Any], *, classes: int, encoder: nn.Module) -> EmbeddingRecurrentClassifier:
    """Return a classifier with fresh weights above the encoder's embeddings.

    Args:
        settings: layers, hidden_size (per direction), head_size, dropout (between layers and in the head).
        classes: number of labels.
        encoder: a `transformers` encoder. Its embeddings become part of the model, its layers are not used.
    """
    embeddings = FrozenEmbeddings(encoder.embeddings, encoder.config.pad_token_id or 0)
    network = RecurrentEncoder(
        "lstm",
        encoder.get_input_embeddings().embedding_dim,
        settings["hidden_size"],
        layers=settings["layers"],
        bidirectional=True,
        dropout=settings["dropout"],
    )
    sizes = {"classes": classes, "head_size": settings["head_size"], "dropout": settings["dropout"]}
    return EmbeddingRecurrentClassifier(embeddings, network, **sizes)
