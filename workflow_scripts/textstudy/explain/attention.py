"""The attention weights of a network that attends, read from outside while it reads a document.

Weak evidence: a weight says where a state was taken from, not what was in it, nor whether it mattered (Jain & Wallace
2019, arXiv:1902.10186). In a Transformer, the states under the last layer have mixed all words already.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

POOLING, DECODER = "weights of the attention that pools the states", "weights of the decoder's attention"
RECEIVED = "attention received in the last layer, mean over the heads and over the positions that are pooled"


def attention_weights(model: nn.Module, batch: Mapping[str, Tensor]) -> Tensor | None:
    """Return the weight of each token of one document, (time,), one in sum; None where the model does not attend.

    Args:
        model: in evaluation mode.
        batch: what its `forward` takes, for one document without padding.
    """
    kind = kind_of(model)
    if kind is None:
        return None
    with torch.no_grad():
        return kind[1](model, batch)


def kind_of(model: nn.Module) -> tuple[str, Any] | None:
    """Return in words what a model's attention weights are, and the function that reads them; None without any."""
    if getattr(model, "attention", None) is not None:
        return (DECODER if hasattr(model, "decoder") else POOLING), _pooling
    if hasattr(model, "score"):
        return POOLING, _scored
    if isinstance(getattr(model, "layers", None), nn.ModuleList):
        return RECEIVED, _own_layers
    if hasattr(getattr(model, "encoder", None), "config"):
        return RECEIVED, _pretrained
    return None


def _outputs(model: nn.Module, modules: list[nn.Module], batch: Mapping[str, Tensor]) -> list[Any]:
    """Run the model and return what came out of `modules`, in the order of their calls."""
    kept: list[Any] = []
    handles = [module.register_forward_hook(lambda _, __, output: kept.append(output)) for module in modules]
    try:
        model(**batch)
    finally:
        for handle in handles:
            handle.remove()
    return kept


def _pooling(model: nn.Module, batch: Mapping[str, Tensor]) -> Tensor:
    """Of `AttentionPooling` and `DotAttention`, which return their weights, (batch, time), after the pooled states."""
    weights = _outputs(model, [model.attention], batch)[-1][1]
    return weights[0]


def _scored(model: nn.Module, batch: Mapping[str, Tensor]) -> Tensor:
    """Of a linear layer `score`, (time, batch, 1), whose softmax over time weighs the states."""
    return _outputs(model, [model.score], batch)[-1][:, 0, 0].softmax(dim=0)


def _own_layers(model: nn.Module, batch: Mapping[str, Tensor]) -> Tensor:
    """Of our own Transformer, whose fused attention keeps no weights: computed again from queries and keys."""
    attention = model.layers[-1].attention
    heads = _outputs(model, [attention.projection], batch)[-1].unflatten(-1, (3, attention.heads, -1))
    query, key, _ = heads[0].permute(1, 2, 0, 3)  # each (heads, time, size)
    weights = (query @ key.transpose(1, 2) / query.shape[-1] ** 0.5).softmax(dim=-1)  # (heads, query, key)
    received = _received(weights, model.pooling)
    if model.pooling != "cls":
        return received
    return received[1:] / received[1:].sum()  # the class vector, in front of the document, is no word


def _pretrained(model: nn.Module, batch: Mapping[str, Tensor]) -> Tensor | None:
    """Of a `transformers` encoder, most of which give their weights where they do not use fused attention."""
    encoder = model.encoder
    usual = encoder.config._attn_implementation
    encoder.set_attn_implementation("eager")
    try:
        last = max(
            (module for module in encoder.modules() if isinstance(module, nn.ModuleList)), key=lambda found: len(found)
        )[-1]
        outputs = _outputs(model, list(last.modules()), batch)
    finally:
        encoder.set_attn_implementation(usual)
    of_heads = [part for output in outputs if isinstance(output, tuple) for part in output[1:] if _is_attention(part)]
    return _received(of_heads[-1][0], model.pooling) if of_heads else None


def _is_attention(part: Any) -> bool:
    return isinstance(part, Tensor) and part.ndim == 4 and part.shape[2] == part.shape[3]


def _received(weights: Tensor, pooling: str) -> Tensor:
    """Return what each key gets, (time,), of weights (heads, query, key): from the first query alone where pooling
    reads nothing but its state, else from all."""
    weights = weights.mean(dim=0)
    return weights.mean(dim=0) if pooling in ("mean", "attention") else weights[0]
