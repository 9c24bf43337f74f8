"""Scaled dot-product attention, by blocks of documents where a CPU computes in bfloat16.

The fused attention of PyTorch needs on such a CPU 2 to 5 times as long, most of it for gradients: its products of
matrices do not use the instructions for bfloat16. Here each block has as many documents as have room in the cache with
their scores, and its products are those of oneDNN. Padding is cut off the block. Nothing but queries, keys and values
is kept for the backward pass, which computes the weights again (Rabe and Staats 2021, arXiv:2112.05682).
"""

from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_NAME = "blocks"  # under which `transformers` knows `attend`
BLOCK_SCORES = 2**20  # of all heads: 2 MB
STEP = 32  # positions


def attend(query: Tensor, key: Tensor, value: Tensor, *, mask: Tensor | None = None, dropout: float = 0.0) -> Tensor:
    """Return softmax(query · key / √size) · value, (batch, heads, time, size).

    Padding at the end of a document, where no query may look, may get zeros in place of what it would attend to.

    Args:
        query, key, value: (batch, heads, time, size).
        mask: boolean, broadcastable to (batch, heads, time, time), False where a query may not look; None for no limit.
        dropout: on the weights.
    """
    if query.device.type == "cpu" and query.dtype == torch.bfloat16 and dropout == 0.0:
        return _Attend.apply(query, key, value, _cut(query, mask))
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


class _Block(NamedTuple):
    """Documents that are computed together, and where their queries may look.

    Attributes:
        rows: the documents.
        length: positions that are computed, at least those of the longest document.
        ends: where each document ends, if all its queries may look at all that is before its end, and only there.
        mask: otherwise, broadcastable to (documents, heads, length, length); None for no limit.
    """

    rows: slice
    length: int
    ends: list[int]
    mask: Tensor | None

    def take(self, whole: Tensor) -> Tensor:
        """Return the block's part of (batch, heads, time, size) as (documents · heads, length, size)."""
        return whole[self.rows, :, : self.length].flatten(0, 1).contiguous()

    def put(self, part: Tensor, whole: Tensor) -> None:
        """Write (documents · heads, length, size) to where `take` would read it, and zeros behind it."""
        target = whole[self.rows, :, : self.length]
        target.copy_(part.view_as(target))
        whole[self.rows, :, self.length :].zero_()

    def weights(self, query: Tensor, key: Tensor, heads: int) -> Tensor:
        """Return what each query takes of each position, (documents · heads, length, length)."""
        scores = torch.bmm(query * query.shape[-1] ** -0.5, key.transpose(1, 2))
        by_head = scores.unflatten(0, (-1, heads))
        # The lowest finite number rather than -inf: the softmax of a row of -inf is NaN.
        lowest = torch.finfo(scores.dtype).min
        for document, end in enumerate(self.ends):
            by_head[document, :, :, end:] = lowest
        if self.mask is not None:
            by_head.masked_fill_(~self.mask, lowest)
        return scores.softmax(dim=-1)


class _Attend(torch.autograd.Function):
    """Attention, one block of documents after the other."""

    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor, blocks: list[_Block]) -> Tensor:
        ctx.blocks = blocks
        ctx.save_for_backward(query, key, value)
        attended = torch.empty_like(query)
        for block in blocks:
            weights = block.weights(block.take(query), block.take(key), query.shape[1])
            block.put(torch.bmm(weights, block.take(value)), attended)
        return attended

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        query, key, value = ctx.saved_tensors
        of_query, of_key, of_value = (torch.empty_like(each) for each in (query, key, value))
        scale = query.shape[-1] ** -0.5
        for block in ctx.blocks:
            queries, keys, received = (block.take(each) for each in (query, key, gradient))
            weights = block.weights(queries, keys, query.shape[1])
            block.put(torch.bmm(weights.transpose(1, 2), received), of_value)
            of_weights = torch.bmm(received, block.take(value).transpose(1, 2))
            of_scores = torch._softmax_backward_data(of_weights, weights, -1, weights.dtype)
            block.put(torch.bmm(of_scores, keys * scale), of_query)
            block.put(torch.bmm(of_scores.transpose(1, 2), queries * scale), of_key)
        return of_query, of_key, of_value, None


def _cut(query: Tensor, mask: Tensor | None) -> list[_Block]:
    """Return documents that share a block, at least one each, without most of the padding behind the longest of them.

    oneDNN makes code for each new size of its products, so lengths are multiples of `STEP`.
    """
    batch, heads, time, _ = query.shape
    size = max(1, BLOCK_SCORES // (heads * time * time))
    ends = [] if mask is None else _ends(mask, batch)
    blocks = []
    for start in range(0, batch, size):
        rows = slice(start, start + size)
        if ends:
            length = min(time, -(-max(ends[rows]) // STEP) * STEP)
            blocks.append(_Block(rows, length, ends[rows], None))
        else:
            blocks.append(_Block(rows, time, [], mask if mask is None or len(mask) == 1 else mask[rows]))
    return blocks


def _ends(mask: Tensor, batch: int) -> list[int]:
    """Return where each document ends, if all its queries may look at all that is before its end, and only there.

    Return nothing where the mask says something else.
    """
    numbers = mask.view(torch.uint8)  # (batch or 1, heads or 1, time or 1, time)
    least, most = (found(found(numbers, dim=2), dim=1) for found in (torch.amin, torch.amax))  # (batch or 1, time)
    ends = most.sum(dim=1)
    before = torch.arange(mask.shape[-1]) < ends.unsqueeze(1)
    if not (torch.equal(least, most) and torch.equal(most.bool(), before) and ends.all()):
        return []
    return ends.expand(batch).tolist()
