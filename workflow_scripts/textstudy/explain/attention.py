"""The attention weights of a network, observed with hooks while it reads a document.

They are weak evidence: a weight shows where a state came from, not what was in it, nor whether it mattered (Jain &
Wallace 2019, arXiv:1902.10186). In a Transformer, the states below the last layer already mix all words.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

POOLING, DECODER = "weights of the attention that pools the states", "weights of the decoder's attention"
RECEIVED = "attention received in the last layer, mean over the heads and over the positions that are pooled"


def attention_weights(model: nn.Module, batch: Mapping[str, Tensor]) -> Tensor | None:
    """Return the weight of each token of one document, (time,), with sum 1; None where the model has no attention.

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
    """Return a description of a model's attention weights, and the function that reads them; None without any."""
    if getattr(model, "attention", None) is not None:
        return (DECODER if hasattr(model, "decoder") else POOLING), _from_pooling
    if hasattr(model, "score"):
        return POOLING, _from_scores
    if isinstance(getattr(model, "layers", None), nn.ModuleList):
        return RECEIVED, _from_own_layers
    if hasattr(getattr(model, "encoder", None), "config"):
        return RECEIVED, _from_pretrained
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


def _from_pooling(model: nn.Module, batch: Mapping[str, Tensor]) -> Tensor:
    """Return the weights of `AttentionPooling` or `DotAttention`, which follow the pooled states in their output."""
    weights = _outputs(model, [model.attention], batch)[-1][1]
    return weights[0]


def _from_scores(model: nn.Module, batch: Mapping[str, Tensor]) -> Tensor:
    """Return the softmax over time of a linear layer `score`, whose output is (time, batch, 1)."""
    return _outputs(model, [model.score], batch)[-1][:, 0, 0].softmax(dim=0)


def _from_own_layers(model: nn.Module, batch: Mapping[str, Tensor]) -> Tensor:
    """Return the weights of our own Transformer from its queries and keys: its fused attention keeps none."""
    attention = model.layers[-1].attention
    heads = _outputs(model, [attention.projection], batch)[-1].unflatten(-1, (3, attention.heads, -1))
    query, key, _ = heads[0].permute(1, 2, 0, 3)  # each (heads, time, size)
    weights = (query @ key.transpose(1, 2) / query.shape[-1] ** 0.5).softmax(dim=-1)  # (heads, query, key)
    received = _over_queries(weights, model.pooling)
    if model.pooling != "cls":
        return received
    return received[1:] / received[1:].sum()  # the class vector before the document is not a word


def _from_pretrained(model: nn.Module, batch: Mapping[str, Tensor]) -> Tensor | None:
    """Return the weights of a `transformers` encoder; most return them where they do not use fused attention."""
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
    if not of_heads:
        return None
    weights = of_heads[-1]  # (windows, heads, query, key); a document without windows is one
    left = range(int(batch["lengths"][0]), 0, -weights.shape[-1])  # tokens in each window and those after it
    parts = [_over_queries(each[:, :most, :most], model.pooling) for each, most in zip(weights, left, strict=True)]
    return torch.cat(parts) / len(parts)


def _is_attention(part: Any) -> bool:
    return isinstance(part, Tensor) and part.ndim == 4 and part.shape[2] == part.shape[3]


def _over_queries(weights: Tensor, pooling: str) -> Tensor:
    """Return the mean weight of each key, (time,), from weights (heads, query, key).

    It is the mean over the heads and all queries; over the first query only where pooling reads only its state.
    """
    weights = weights.mean(dim=0)
    return weights.mean(dim=0) if pooling in ("mean", "attention") else weights[0]
