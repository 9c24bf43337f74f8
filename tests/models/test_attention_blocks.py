"""Attention by blocks: PyTorch's attention, its gradients, and the encoders that use it."""

import subprocess
import sys

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional
from transformers import AutoModel

from textstudy.encode.encoders import load_encoder
from textstudy.models import attention_blocks
from textstudy.models.attention_blocks import attend

KINDS = ("bert", "distilbert", "roberta", "modernbert")


def heads(batch, time, *, size=8, seed=0):
    """Query, key and value, (batch, heads, time, size), in bfloat16, as a linear layer leaves them."""
    generator = torch.Generator().manual_seed(seed)
    made = torch.randn(batch, time, 3, 2, size, generator=generator).bfloat16()
    return [each.clone().transpose(1, 2).requires_grad_() for each in made.unbind(2)]


def with_gradients(function, inputs, real=None):
    """The output of a function, and the gradients of a weighted sum of it; `real` are the queries that count."""
    output = function(*inputs)
    if real is not None:
        output = output * real[:, None, :, None]
    weights = torch.linspace(-1, 1, output.numel()).view(output.shape).to(output.dtype)
    return [output, *torch.autograd.grad(output, inputs, weights)]


def masks(lengths, kind):
    """A mask of a kind, and the queries that count, (batch, time)."""
    time = int(lengths.max())
    real = torch.arange(time) < lengths.unsqueeze(1)
    if kind == "none":
        return None, torch.ones_like(real)
    if kind == "keys":
        return real[:, None, None, :], real
    if kind == "queries and keys":
        return real[:, None, None, :].expand(-1, 1, time, time).contiguous(), real
    near = (torch.arange(time) - torch.arange(time)[:, None]).abs() < 3  # as in local attention
    return real[:, None, None, :] & near, real


@given(
    st.lists(st.integers(1, 20), min_size=1, max_size=6),
    st.sampled_from(("none", "keys", "queries and keys", "near")),
    st.sampled_from((1, 500, 2**20)),
    st.sampled_from((1, 4, 32)),
)
def test_blocks_of_any_size_are_pytorchs_attention_with_its_gradients(lengths, kind, block_scores, step):
    lengths = torch.tensor(lengths)
    inputs, (mask, real) = heads(len(lengths), int(lengths.max())), masks(lengths, kind)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attention_blocks, "BLOCK_SCORES", block_scores)
        patch.setattr(attention_blocks, "STEP", step)
        found = with_gradients(lambda q, k, v: attend(q, k, v, mask=mask), inputs, real)
    exact = [each.detach().float().requires_grad_() for each in inputs]
    plain = lambda q, k, v: functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)  # noqa: E731
    for ours, expected in zip(found, with_gradients(plain, exact, real), strict=True):
        # bfloat16 has 8 bits; a gradient that is a small difference of large numbers has fewer.
        scale = max(float(expected.detach().abs().max()), 1e-3)
        torch.testing.assert_close(ours.float(), expected, atol=0.03 * scale + 1e-3, rtol=0.03)


def test_padding_is_cut_off_where_no_query_may_look_at_it():
    query, key, value = (each.detach() for each in heads(2, 90))
    mask, _ = masks(torch.tensor([90, 33]), "queries and keys")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attention_blocks, "BLOCK_SCORES", 1)
        assert [block.length for block in attention_blocks._cut(query, mask)] == [90, 64]  # in steps of 32
        found = attend(query, key, value, mask=mask)
        assert not found[1, :, 64:].any() and found[1, :, :64].any(dim=-1).all()
        mask[1, 0, 80, 80] = True  # one query may look at itself: nothing is cut
        assert [block.length for block in attention_blocks._cut(query, mask)] == [90, 90]


def test_other_precisions_and_dropout_are_pytorchs_own():
    query, key, value = (each.detach() for each in heads(3, 5))
    plain = functional.scaled_dot_product_attention
    exact = [each.float() for each in (query, key, value)]
    assert torch.equal(attend(*exact), plain(*exact))
    torch.manual_seed(1)
    found = attend(query, key, value, dropout=0.5)
    torch.manual_seed(1)
    assert torch.equal(found, plain(query, key, value, dropout_p=0.5))


def test_a_query_that_may_look_nowhere_gives_numbers():
    query, key, value = heads(1, 3)
    mask = torch.tensor([True, True, False]).expand(1, 1, 3, 3).clone()
    mask[0, 0, 2] = False
    for each in with_gradients(lambda q, k, v: attend(q, k, v, mask=mask), [query, key, value]):
        assert each.isfinite().all()


@pytest.mark.parametrize("kind", KINDS)
def test_an_encoder_has_its_own_states_in_32_bits_and_nearly_these_in_16(kind, encoder_of):
    encoder, input_ids = load_encoder(encoder_of(kind)), torch.randint(5, 40, (3, 9))
    inputs = {"input_ids": input_ids, "attention_mask": torch.tensor([[1] * 9, [1] * 9, [1] * 4 + [0] * 5])}
    usual = AutoModel.from_pretrained(encoder_of(kind)).eval()
    assert encoder.config._attn_implementation == "blocks" or usual.config._attn_implementation != "sdpa"
    with torch.no_grad():
        expected = usual(**inputs).last_hidden_state
        assert torch.equal(encoder(**inputs).last_hidden_state, expected)
        with torch.autocast("cpu", torch.bfloat16):
            found = encoder(**inputs).last_hidden_state.float()
    real = inputs["attention_mask"].bool()
    torch.testing.assert_close(found[real], expected[real], atol=0.05, rtol=0.05)


def test_a_tokenizer_is_loaded_without_torch():
    """As in a bundle, which runs where there is none."""
    code = "import sys, textstudy.encode.wordpieces; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
