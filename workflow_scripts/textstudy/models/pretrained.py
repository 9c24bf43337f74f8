"""Classifiers on a pretrained encoder: a head on cached states, or the encoder and the head trained together.

A frozen encoder gives a document the same states in every epoch, so they are computed once and each head reads them.
An encoder that learns is part of the model. Its head is the same module, so a head trained on cached states fits on it.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn

from textstudy.models.layer_groups import encoder_layers, group_names, rate_factors
from textstudy.models.lengths import real_positions
from textstudy.models.windows import WindowPooling, split_windows

ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU, "tanh": nn.Tanh}


def in_32_bits(features: Tensor) -> AbstractContextManager:
    """Return a context in which a head computes in 32 bits: with 16, many documents would have the same probability."""
    device = features.device.type
    return torch.autocast(device, enabled=False) if torch.is_autocast_enabled(device) else nullcontext()


class PretrainedHead(nn.Module):
    """A head on pooled encoder states, one row per document, or per window of a document where it pools `windows`."""

    def __init__(self, layers: list[nn.Module], windows: WindowPooling | None = None) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.windows = windows

    def forward(self, features: Tensor, counts: Tensor | None = None) -> Tensor:
        """Return the logits, (batch, classes), of pooled states, (batch, hidden).

        Where documents have `counts` (batch,) windows, the states are those of the windows, (windows, hidden).
        """
        with in_32_bits(features):
            features = features.float()
            return self.layers(features if self.windows is None else self.windows(features, counts))


class PretrainedClassifier(nn.Module):
    """A pretrained encoder, pooling, and a head."""

    def __init__(
        self,
        encoder: nn.Module,
        head: nn.Module,
        *,
        pooling: str,
        layer_rates: Mapping[str, float] | None = None,
        layer_decay: float | None = None,
        window: int | None = None,
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = head
        self.pooling = pooling
        self.layer_rates = layer_rates
        self.layer_decay = layer_decay
        self.window = window

    def forward(self, input_ids: Tensor, lengths: Tensor) -> Tensor:
        """Return the logits, (batch, classes).

        Args:
            input_ids: token ids padded with 0, (batch, time).
            lengths: tokens of each document, at least one, (batch,).
        """
        if self.window is None:
            return self.head(self.pool_documents(input_ids, lengths))
        input_ids, lengths, counts = split_windows(input_ids, lengths, self.window)
        return self.head(self.pool_documents(input_ids, lengths), counts)

    def pool_documents(self, input_ids: Tensor, lengths: Tensor) -> Tensor:
        """Return what the head reads of each document or window, (batch, hidden)."""
        real = real_positions(lengths, input_ids.shape[1])
        # RoBERTa counts its positions by the padding id, which there is not 0.
        input_ids = input_ids.masked_fill(~real, self.encoder.config.pad_token_id or 0)
        attention_mask = None if real.all() else real.long()  # without padding, attention has faster kernels
        output = self.encoder(input_ids=input_ids, attention_mask=attention_mask)
        if self.pooling == "pooler":
            return output.pooler_output
        states = output.last_hidden_state  # (batch, time, hidden)
        if self.pooling == "cls":
            return states[:, 0]
        # In 32 bits: a sum over hundreds of tokens is too large for 16.
        return states.float().masked_fill(~real.unsqueeze(-1), 0.0).sum(dim=1) / lengths.unsqueeze(-1)

    def layer_groups(self) -> list[tuple[str, list[nn.Parameter]]]:
        """Return every parameter once, by name of its group: embeddings, the layers from the bottom, the head.

        The pooler is in the group of the head; whatever else the encoder has beside its layers is in the embeddings'.
        """
        layers = [list(layer.parameters()) for layer in encoder_layers(self.encoder)]
        pooler = list(self.encoder.pooler.parameters()) if self.pooling == "pooler" else []
        above = {id(parameter) for parameter in chain(*layers, pooler)}
        below = [parameter for parameter in self.encoder.parameters() if id(parameter) not in above]
        groups = [below, *layers, [*pooler, *self.head.parameters()]]
        return list(zip(group_names(len(layers)), groups, strict=True))

    def rate_factors(self, learning_rate: float) -> dict[str, float]:
        """Return the learning rate of each group, as a factor of the head's `learning_rate`."""
        return rate_factors(
            len(encoder_layers(self.encoder)),
            learning_rate=learning_rate,
            layer_rates=self.layer_rates,
            layer_decay=self.layer_decay,
        )


def build(
    settings: Mapping[str, Any],
    *,
    classes: int,
    feature_size: int | None = None,
    encoder: nn.Module | None = None,
    window: int | None = None,
) -> PretrainedHead | PretrainedClassifier:
    """Return a head with fresh weights: for cached states, or on an encoder that learns with it.

    Args:
        settings: head, dropout and standardize; for `two_layer` also activation and head_size (None: the width of the
            states). `linear` is dropout → Linear; `two_layer` is Linear → activation → dropout → Linear, the classifier
            of DistilBERT (Sanh et al. 2019, arXiv:1910.01108). `standardize` puts a LayerNorm without weights first:
            each document's states have mean 0 and variance 1, so that the same learning rate suits states of any scale.
            With an encoder also: pooling (auto: the encoder's pooler, else the state of the first token), layer_rates,
            layer_decay, gradient_checkpointing and, if only adapters of the encoder learn, lora. With windows also
            window_pooling.
        classes: number of labels.
        feature_size: width of cached states, where there is no encoder.
        encoder: a `transformers` encoder. It becomes part of the model and loses a pooler that `pooling` does not
            read, which would never learn.
        window: tokens of a window, where documents are read in several.

    Raises:
        ValueError: the width of the states is missing, or the settings do not fit the encoder.
    """
    if encoder is not None:
        feature_size = encoder.config.hidden_size
    if feature_size is None:
        raise ValueError("a head on cached states needs their width")
    head = _head(settings, feature_size, classes, windows=window is not None)
    if encoder is None:
        return head
    pooling = prepare_pooling(encoder, settings["pooling"])
    rates = {name: settings[name] for name in ("layer_rates", "layer_decay")}
    if any(rates.values()) and not encoder_layers(encoder):
        raise ValueError(f"{type(encoder).__name__} has no list of all its layers: leave out {' and '.join(rates)}")
    if settings["gradient_checkpointing"]:
        encoder.activation_checkpointing_enable()
    if settings.get("lora"):
        # By name: models without adapters do not depend on their code.
        kind = import_module("textstudy.models.adapters").AdaptedClassifier
        return kind(encoder, head, adapters=settings["lora"], pooling=pooling, window=window, **rates)
    return PretrainedClassifier(encoder, head, pooling=pooling, window=window, **rates)


def _head(settings: Mapping[str, Any], feature_size: int, classes: int, *, windows: bool) -> PretrainedHead:
    layers, hidden_size = [], feature_size
    if settings["standardize"]:
        layers.append(nn.LayerNorm(feature_size, elementwise_affine=False))
    if settings["head"] == "two_layer":
        head_size = settings["head_size"] or feature_size
        layers += [nn.Linear(feature_size, head_size), ACTIVATIONS[settings["activation"]]()]
        feature_size = head_size
    layers += [nn.Dropout(settings["dropout"]), nn.Linear(feature_size, classes)]
    # Last, so that the other layers have the weights that they have without windows.
    return PretrainedHead(layers, WindowPooling(settings["window_pooling"], hidden_size) if windows else None)


def prepare_pooling(encoder: nn.Module, pooling: str) -> str:
    """Return the pooling that `pooling` means for this encoder, and remove a pooler that it does not use."""
    has_pooler = getattr(encoder, "pooler", None) is not None
    if pooling == "auto":
        pooling = "pooler" if has_pooler else "cls"
    if pooling == "pooler" and not has_pooler:
        raise ValueError(f"{type(encoder).__name__} has no pooler here: pool by `cls` or `mean`")
    if pooling != "pooler" and has_pooler:
        encoder.pooler = None
    return pooling
