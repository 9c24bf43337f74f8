"""Scaled dot-product attention, by blocks of documents where a CPU computes in bfloat16.

The fused attention of PyTorch needs on such a CPU 2 to 5 times as long, most of it for gradients: its products of
matrices do not use the instructions for bfloat16. Here each block has as many documents as have room in the cache with
their scores, and its products are those of oneDNN. Nothing but queries, keys and values is kept for the backward pass,
which computes the weights again (Rabe and Staats 2021, arXiv:2112.05682).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_NAME = "blocks"  # under which `transformers` knows `attend`
BLOCK_SCORES = 2**20  # of all heads: 2 MB


def attend(query: Tensor, key: Tensor, value: Tensor, *, mask: Tensor | None = None, dropout: float = 0.0) -> Tensor:
    """Return softmax(query · key / √size) · value, (batch, heads, time, size), as PyTorch's function of this name.

    Args:
        query, key, value: (batch, heads, time, size).
        mask: boolean, broadcastable to (batch, heads, time, time), False where a query may not look; None for no limit.
        dropout: on the weights.
    """
    if query.device.type == "cpu" and query.dtype == torch.bfloat16 and dropout == 0.0:
        return _Blocks.apply(query, key, value, mask)
    return functional.scaled_dot_product_attention(query, key, value, attn_mask=mask, dropout_p=dropout)


def attend_in_encoder(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    **more: Any,
) -> tuple[Tensor, None]:
    """Return `attend`, (batch, time, heads, size), where an encoder of `transformers` asks for it; the library's own
    where that is something else: grouped heads, causal attention, a bias of positions, another scale.
    """
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    bias = more.get("position_bias")
    causal = more.get("is_causal")
    causal = getattr(module, "is_causal", True) if causal is None else causal
    usual_mask = attention_mask is None or attention_mask.dtype == torch.bool
    usual_scale = scaling is None or scaling == query.shape[-1] ** -0.5
    if causal or bias is not None or not usual_mask or not usual_scale or query.shape != key.shape:
        return sdpa_attention_forward(module, query, key, value, attention_mask, dropout, scaling, **more)
    attended = attend(query, key, value, mask=attention_mask, dropout=dropout)
    return attended.transpose(1, 2).contiguous(), None


def use_blocks(encoder: "PreTrainedModel") -> None:
    """Let an encoder of `transformers` whose attention is PyTorch's use `attend`."""
    from transformers import AttentionInterface, AttentionMaskInterface
    from transformers.masking_utils import sdpa_mask

    AttentionInterface.register(_NAME, attend_in_encoder)
    AttentionMaskInterface.register(_NAME, sdpa_mask)
    encoder.set_attn_implementation(_NAME)


class _Blocks(torch.autograd.Function):
    """Attention whose weights are there for one block of documents at a time."""

    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
        ctx.save_for_backward(query, key, value, mask)
        attended = torch.empty_like(query)
        for rows in _blocks(query):
            weights = _weights(query[rows], key[rows], mask, rows)
            attended[rows] = torch.bmm(weights, value[rows].flatten(0, 1)).view_as(attended[rows])
        return attended

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        query, key, value, mask = ctx.saved_tensors
        gradients = [torch.empty_like(each) for each in (query, key, value)]
        scale = query.shape[-1] ** -0.5
        for rows in _blocks(query):
            of_query, of_key, of_value = (each[rows] for each in gradients)
            weights = _weights(query[rows], key[rows], mask, rows)  # (documents · heads, time, time)
            received = gradient[rows].flatten(0, 1)  # (documents · heads, time, size)
            of_value.copy_(torch.bmm(weights.transpose(1, 2), received).view_as(of_value))
            of_weights = torch.bmm(received, value[rows].flatten(0, 1).transpose(1, 2))
            of_scores = torch._softmax_backward_data(of_weights, weights, -1, weights.dtype)
            of_query.copy_(torch.bmm(of_scores, key[rows].flatten(0, 1) * scale).view_as(of_query))
            of_key.copy_(torch.bmm(of_scores.transpose(1, 2), query[rows].flatten(0, 1) * scale).view_as(of_key))
        return *gradients, None


def _blocks(query: Tensor) -> Iterator[slice]:
    """Yield slices of documents that share a block; at least one document each."""
    batch, heads, time, _ = query.shape
    size = max(1, BLOCK_SCORES // (heads * time * time))
    return (slice(start, start + size) for start in range(0, batch, size))


def _weights(query: Tensor, key: Tensor, mask: Tensor | None, rows: slice) -> Tensor:
    """Return what each query of a block takes of each position, (documents · heads, time, time)."""
    documents, heads, time, size = query.shape
    scores = torch.bmm(query.flatten(0, 1) * size**-0.5, key.flatten(0, 1).transpose(1, 2))
    if mask is not None:
        allowed = mask[rows] if len(mask) > 1 else mask
        # The lowest finite number rather than -inf: the softmax of a row of -inf is NaN.
        scores.view(documents, heads, time, time).masked_fill_(~allowed, torch.finfo(scores.dtype).min)
    return scores.softmax(dim=-1)
