"""Dropout with cheap random numbers: what it drops, how it scales, and where it stands."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from textstudy.models.dropout import Dropout, replace_dropout


@given(st.floats(0.01, 0.99), st.integers(1, 5), st.integers(1, 7))
def test_values_are_dropped_or_scaled_and_so_are_their_gradients(p, rows, columns):
    values = torch.ones(rows, columns, requires_grad=True)
    found = Dropout(p)(values)
    kept = found != 0
    torch.testing.assert_close(found[kept], torch.full_like(found[kept], 1 / (1 - p)), rtol=2e-3, atol=0)
    found.sum().backward()
    assert torch.equal(values.grad, found.detach())


@pytest.mark.parametrize("p", [0.1, 0.3, 0.5, 0.9])
def test_the_share_is_p_in_each_of_the_four_numbers_of_a_draw_and_they_do_not_depend_on_each_other(p):
    torch.manual_seed(3)
    dropped = (Dropout(p)(torch.ones(400_000)) == 0).double().view(-1, 4)
    error = (p * (1 - p) / len(dropped)) ** 0.5
    assert (dropped.mean(dim=0) - p).abs().max() < 5 * error
    assert (torch.corrcoef(dropped.T) - torch.eye(4)).abs().max() < 5 / len(dropped) ** 0.5
    torch.testing.assert_close(Dropout(p)(torch.ones(400_000)).mean(), torch.tensor(1.0), atol=0.03, rtol=0)


def test_a_seed_decides_what_is_dropped_and_evaluation_drops_nothing():
    layer, values = Dropout(0.5), torch.randn(7, 3).bfloat16()
    torch.manual_seed(5)
    first = layer(values)
    torch.manual_seed(5)
    assert torch.equal(first, layer(values)) and first.dtype == torch.bfloat16
    assert not torch.equal(first, layer(values))
    assert torch.equal(layer.eval()(values), values) and torch.equal(Dropout(0.0)(values), values)


def test_every_plain_dropout_of_a_network_is_replaced_and_no_other():
    model = nn.Sequential(nn.Dropout(0.1), nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.2)), nn.Dropout1d(0.3))
    replaced = replace_dropout(model)
    assert [(type(layer), layer.p) for layer in replaced.modules() if hasattr(layer, "p")] == [
        (Dropout, 0.1), (Dropout, 0.2), (nn.Dropout1d, 0.3)
    ]  # fmt: skip
