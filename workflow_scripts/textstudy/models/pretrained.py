"""Classifiers on a pretrained encoder: a head on cached states, or the encoder and the head trained together.

A frozen encoder gives a document the same states in every epoch, so they are computed once and each head reads them.
An encoder that learns is part of the model. Its head is the same module, so a head trained on cached states fits on it.
"""

from collections.abc import Mapping
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn

from textstudy.models.layer_groups import embedding_modules, encoder_layers, group_names, rate_factors
from textstudy.models.lengths import real_positions

OF_LAYERS = ("layer_rates", "layer_decay", "unfreeze_every", "frozen_layers", "reinitialize_layers")
ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU, "tanh": nn.Tanh}


class PretrainedHead(nn.Module):
    """A head on pooled encoder states, one row per document."""

    def __init__(self, layers: list[nn.Module]) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, features: Tensor) -> Tensor:
        """Return the logits, (batch, classes), of pooled states, (batch, hidden)."""
        return self.layers(features)


class PretrainedClassifier(nn.Module):
    """A pretrained encoder, pooling, and a head.

    With frozen lower layers the encoder's layers are called one by one, with the same result as its own `forward`. So
    the states after the layers that never learn can be computed once and read in every epoch.

    Attributes:
        hidden_size: width of the encoder's states.
    """

    def __init__(self, encoder: nn.Module, head: PretrainedHead, *, pooling: str, settings: Mapping[str, Any]) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = head
        self.pooling = pooling
        self.hidden_size = encoder.config.hidden_size
        self.frozen_layers = settings["frozen_layers"]
        self.unfreeze_every = settings["unfreeze_every"]
        if settings["gradient_checkpointing"]:
            encoder.activation_checkpointing_enable()
        self.rates = {name: settings[name] for name in ("layer_rates", "layer_decay")}
        for module in self._frozen_modules():
            module.requires_grad_(False)

    def forward(self, *, lengths: Tensor, input_ids: Tensor | None = None, states: Tensor | None = None) -> Tensor:
        """Return the logits, (batch, classes).

        Args:
            lengths: tokens of each document, at least one, (batch,).
            input_ids: token ids padded with 0, (batch, time).
            states: what `lower_states` returned for these documents, (batch, time, hidden), in place of `input_ids`.
        """
        if states is None:
            return self.head(self.pool_documents(input_ids, lengths))
        return self.head(self._pool(self._upper_states(states, lengths), lengths))

    def pool_documents(self, input_ids: Tensor, lengths: Tensor) -> Tensor:
        """Return what the head reads of each document, (batch, hidden)."""
        if self.frozen_layers:
            states = self._upper_states(self.lower_states(input_ids, lengths), lengths)
        else:
            real = real_positions(lengths, input_ids.shape[1])
            attention_mask = None if real.all() else real.long()  # without padding, attention has faster kernels
            input_ids = self._pad(input_ids, real)
            output = self.encoder(input_ids=input_ids, attention_mask=attention_mask)
            if self.pooling == "pooler":
                return output.pooler_output
            states = output.last_hidden_state
        return self._pool(states, lengths)

    def lower_states(self, input_ids: Tensor, lengths: Tensor) -> Tensor:
        """Return the states after the layers that never learn, (batch, time, hidden), the same in every epoch."""
        states = self._pad(input_ids, real_positions(lengths, input_ids.shape[1]))
        for module in embedding_modules(self.encoder):
            states = module(states)
        return self._run_layers(encoder_layers(self.encoder)[: self.frozen_layers], states, lengths)

    def _pad(self, input_ids: Tensor, real: Tensor) -> Tensor:
        # RoBERTa counts its positions by the padding id, which there is not 0.
        return input_ids.masked_fill(~real, self.encoder.config.pad_token_id or 0)

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
        """Return the learning rate of each group that ever learns, as a factor of the head's `learning_rate`."""
        layers = len(encoder_layers(self.encoder))
        factors = rate_factors(layers, learning_rate=learning_rate, **self.rates)
        frozen = group_names(layers)[: self.frozen_layers + 1] if self.frozen_layers else []
        return {name: factor for name, factor in factors.items() if name not in frozen}

    def begin_epoch(self, epoch: int) -> None:
        """Set the parameters that learn in an epoch, numbered from 0; the epochs before it do not matter.

        With `unfreeze_every` only the head learns at first, and after each so many epochs the next group below begins
        to learn (Howard & Ruder 2018, arXiv:1801.06146, section 3.3). Without it, everything learns from the start.
        """
        groups = self.layer_groups()
        learning = len(groups) if self.unfreeze_every is None else 1 + epoch // self.unfreeze_every
        for depth, (_, parameters) in enumerate(reversed(groups)):
            for parameter in parameters:
                parameter.requires_grad_(depth < learning)
        for module in self._frozen_modules():
            module.requires_grad_(False)

    def train(self, mode: bool = True) -> "PretrainedClassifier":
        """Set the mode; what never learns stays in evaluation mode, so that dropout does not change its states."""
        super().train(mode)
        for module in self._frozen_modules():
            module.eval()
        return self

    def _frozen_modules(self) -> list[nn.Module]:
        if not self.frozen_layers:
            return []
        return [*embedding_modules(self.encoder), *encoder_layers(self.encoder)[: self.frozen_layers]]

    def _run_layers(self, layers: nn.ModuleList, states: Tensor, lengths: Tensor) -> Tensor:
        """Return the states after some layers, (batch, time, hidden)."""
        if not len(layers):
            return states
        real = real_positions(lengths, states.shape[1])
        bias = None  # without padding: attention without a bias has faster kernels
        if not real.all():
            lowest = torch.finfo(states.dtype).min
            bias = states.new_zeros(real.shape).masked_fill(~real, lowest)[:, None, None, :]  # (batch, 1, 1, time)
        for layer in layers:
            states = layer(states, bias)
        return states

    def _upper_states(self, states: Tensor, lengths: Tensor) -> Tensor:
        """Return the last states, (batch, time, hidden), from `lower_states`."""
        return self._run_layers(encoder_layers(self.encoder)[self.frozen_layers :], states, lengths)

    def _pool(self, states: Tensor, lengths: Tensor) -> Tensor:
        """Return one vector a document, (batch, hidden), from the last states."""
        if self.pooling == "pooler":
            return self.encoder.pooler(states)
        if self.pooling == "cls":
            return states[:, 0]
        real = real_positions(lengths, states.shape[1]).unsqueeze(-1)  # (batch, time, 1)
        # In 32 bits: a sum over hundreds of tokens is too large for 16.
        return states.float().masked_fill(~real, 0.0).sum(dim=1) / lengths.unsqueeze(-1)


def build(
    settings: Mapping[str, Any],
    *,
    classes: int,
    feature_size: int | None = None,
    encoder: nn.Module | None = None,
) -> PretrainedHead | PretrainedClassifier:
    """Return a head with fresh weights: for cached states, or on an encoder that learns with it.

    Args:
        settings: head, dropout and standardize; for `two_layer` also activation and head_size (None: the width of the
            states). `linear` is dropout → Linear; `two_layer` is Linear → activation → dropout → Linear, the classifier
            of DistilBERT (Sanh et al. 2019, arXiv:1910.01108). `standardize` puts a LayerNorm without weights first:
            each document's states have mean 0 and variance 1, so that the same learning rate suits states of any scale.
            With an encoder also: pooling (auto: the encoder's pooler, else the state of the first token), layer_rates,
            layer_decay, unfreeze_every, frozen_layers (so many lower layers, and the embeddings, never learn),
            reinitialize_layers (so many upper layers, and the pooler, start from random weights; Zhang et al. 2021,
            arXiv:2006.05987) and gradient_checkpointing.
        classes: number of labels.
        feature_size: width of cached states, where there is no encoder.
        encoder: a `transformers` encoder. It becomes part of the model and loses a pooler that `pooling` does not
            read, which would never learn.

    Raises:
        ValueError: the width of the states is missing, or the settings do not fit the encoder.
    """
    if encoder is not None:
        feature_size = encoder.config.hidden_size
    if feature_size is None:
        raise ValueError("a head on cached states needs their width")
    head = _head(settings, feature_size, classes)
    if encoder is None:
        return head
    pooling = prepare_pooling(encoder, settings["pooling"])
    layers = encoder_layers(encoder)
    kept = len(layers) - settings["reinitialize_layers"]
    if not layers and any(settings[name] for name in OF_LAYERS):
        raise ValueError(f"{type(encoder).__name__} has no list of all its layers: leave out {', '.join(OF_LAYERS)}")
    if settings["frozen_layers"] > kept:
        raise ValueError(
            f"of {len(layers)} layers, {settings['frozen_layers']} cannot stay frozen while "
            f"{settings['reinitialize_layers']} others start from random weights"
        )
    if settings["reinitialize_layers"]:
        _reinitialize(encoder, [*layers[kept:], *([encoder.pooler] if pooling == "pooler" else [])])
    return PretrainedClassifier(encoder, head, pooling=pooling, settings=settings)


def _head(settings: Mapping[str, Any], feature_size: int, classes: int) -> PretrainedHead:
    layers: list[nn.Module] = []
    if settings["standardize"]:
        layers.append(nn.LayerNorm(feature_size, elementwise_affine=False))
    if settings["head"] == "two_layer":
        head_size = settings["head_size"] or feature_size
        layers += [nn.Linear(feature_size, head_size), ACTIVATIONS[settings["activation"]]()]
        feature_size = head_size
    layers += [nn.Dropout(settings["dropout"]), nn.Linear(feature_size, classes)]
    return PretrainedHead(layers)


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


def _reinitialize(encoder: nn.Module, modules: list[nn.Module]) -> None:
    """Give the modules random weights, from the distribution that the encoder's own training started from."""
    for module in modules:
        for parameter in module.parameters():
            parameter._is_hf_initialized = False  # loading sets it, and `_init_weights` leaves such parameters alone
        module.apply(encoder._init_weights)
