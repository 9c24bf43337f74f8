import json
import math
import re
from contextlib import nullcontext

import pytest
import torch
from torch import nn
from torch.nn.utils import get_total_norm

from textstudy.errors import StudyError
from textstudy.train.precision import Precision

CPU = torch.device("cpu")
FIRST_SCALE = 2.0**16  # of PyTorch's GradScaler
OPTIMIZERS = {
    "sgd": lambda parameters: torch.optim.SGD(parameters, lr=0.1),
    "adam": lambda parameters: torch.optim.Adam(parameters, lr=0.1, fused=True),
    "adamw": lambda parameters: torch.optim.AdamW(parameters, lr=0.1, fused=True),
}


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 16), nn.GELU(), nn.LayerNorm(16), nn.Linear(16, 3))


def inputs(*, steps: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return [torch.randn(8, 6, generator=generator) for _ in range(steps)]


def take_step(model, optimizer, precision, batch) -> float:
    """One step on the mean squared logit; return the gradient norm that a loop would see."""
    with precision.autocast():
        logits = model(batch).float()
    precision.backward(logits.square().mean())
    precision.unscale(optimizer)
    norm = get_total_norm([parameter.grad for parameter in model.parameters()]).item()
    precision.step(optimizer)
    optimizer.zero_grad()
    return norm


def values(model) -> list[torch.Tensor]:
    return [parameter.detach().clone() for parameter in model.parameters()]


def copies(optimizer) -> list[torch.Tensor]:
    """What the optimizer remembers of earlier steps."""
    return [value.clone() for state in optimizer.state.values() for value in state.values() if torch.is_tensor(value)]


def scaled(scale: float) -> Precision:
    precision = Precision("float16", CPU)
    precision.load(precision.state() | {"scale": scale})
    return precision


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_float32_is_the_plain_step_to_the_bit(name):
    model, plain = network(), network()
    optimizer, plain_optimizer = OPTIMIZERS[name](model.parameters()), OPTIMIZERS[name](plain.parameters())
    precision = Precision("float32", CPU)
    assert isinstance(precision.autocast(), nullcontext)
    before = torch.get_rng_state()
    for batch in inputs(steps=3):
        take_step(model, optimizer, precision, batch)
        plain(batch).square().mean().backward()
        plain_optimizer.step()
        plain_optimizer.zero_grad()
    assert all(map(torch.equal, values(model), values(plain)))
    assert torch.equal(torch.get_rng_state(), before)
    assert precision.state() == {}
    assert not precision.may_overflow()


@pytest.mark.parametrize(("name", "tolerance"), [("bfloat16", 0.05), ("float16", 0.005)])
def test_sixteen_bits_stay_near_float32_and_leave_the_parameters_in_it(name, tolerance):
    model, precision, batch = network(), Precision(name, CPU), inputs(steps=1)[0]
    with precision.autocast():
        logits = model(batch)
    assert logits.dtype == getattr(torch, name)
    difference = (logits.float() - model(batch)).abs().max()
    assert 0 < difference < tolerance
    precision.backward(logits.float().square().mean())
    assert {parameter.grad.dtype for parameter in model.parameters()} == {torch.float32}
    assert model(batch).dtype == torch.float32  # outside the context nothing is cast


@pytest.mark.parametrize("name", ["bfloat16", "float16"])
def test_an_lstm_that_the_processor_cannot_compute_is_one_sentence(name):
    lstm, batch = nn.LSTM(6, 4, batch_first=True), torch.ones(2, 3, 6)
    refusal = r"cannot compute a layer of the model in b?float16: set precision to auto or float32\.$"
    try:
        with Precision(name, CPU).autocast():
            states, _ = lstm(batch)
    except StudyError as error:
        assert re.search(refusal, str(error))
        assert not torch.is_autocast_enabled("cpu")
    else:  # a newer processor
        torch.testing.assert_close(states.float(), lstm(batch)[0], atol=0.02, rtol=0)
    with pytest.raises(StudyError, match=refusal), Precision(name, CPU).autocast():
        raise RuntimeError("could not create a primitive descriptor for the LSTM forward propagation primitive.")
    with pytest.raises(RuntimeError, match="out of memory"), Precision(name, CPU).autocast():
        raise RuntimeError("out of memory")


def test_sixteen_bits_train_as_float32_does():
    reached = {}
    for name in ("float32", "bfloat16", "float16"):
        model, precision = network(), Precision(name, CPU)
        optimizer = torch.optim.AdamW(model.parameters(), lr=0.01, fused=True)
        norms = [take_step(model, optimizer, precision, batch) for batch in inputs(steps=60)]
        assert all(map(math.isfinite, norms[5:]))
        reached[name] = model(inputs(steps=61)[-1]).square().mean().item()
    untrained = network()(inputs(steps=61)[-1]).square().mean().item()
    assert reached["float32"] < untrained / 20
    for name in ("bfloat16", "float16"):
        assert reached[name] == pytest.approx(reached["float32"], abs=untrained / 50)


def test_gradients_are_scaled_then_brought_to_their_true_size():
    weight = nn.Parameter(torch.tensor(2.0))
    optimizer, precision = torch.optim.SGD([weight], lr=0.5), Precision("float16", CPU)
    precision.backward(3.0 * weight)
    precision.backward(weight)  # accumulated
    assert weight.grad.item() == 4.0 * FIRST_SCALE
    precision.unscale(optimizer)
    assert weight.grad.item() == 4.0
    precision.step(optimizer)
    assert weight.item() == 0.0
    assert precision.state()["scale"] == FIRST_SCALE


def test_a_gradient_too_small_for_float16_survives():
    tiny = 2.0**-26  # half of what rounds to float16's smallest number
    found = {}
    for scale in (1.0, FIRST_SCALE):
        weight = nn.Parameter(torch.ones(1, 1))
        optimizer, precision = torch.optim.SGD([weight], lr=1.0), scaled(scale)
        with precision.autocast():
            output = nn.functional.linear(torch.ones(1, 1), weight)  # its gradient has 16 bits, as it has
        precision.backward(output.float().sum() * tiny)
        precision.unscale(optimizer)
        found[scale] = weight.grad.item()
    assert found == {1.0: 0.0, FIRST_SCALE: tiny}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_overflow_skips_the_step_and_halves_the_scale(name):
    model, precision = network(), Precision("float16", CPU)
    optimizer = OPTIMIZERS[name](model.parameters())
    first, second, third = inputs(steps=3)
    for parameter in model.parameters():  # an ordinary step first, so that the optimizer has something to lose
        parameter.grad = torch.ones_like(parameter)
    optimizer.step()
    optimizer.zero_grad()
    before, remembered = values(model), copies(optimizer)
    with precision.autocast():
        logits = model(first).float()
    precision.backward(logits.sum())  # 1 * 65,536 for each logit: float16 ends at 65,504
    precision.unscale(optimizer)
    norm = get_total_norm([parameter.grad for parameter in model.parameters()])
    assert not norm.isfinite()
    assert precision.may_overflow()
    nn.utils.clip_grads_with_norm_(model.parameters(), 1.0, norm)  # a loop that clips may not hide the overflow
    precision.step(optimizer)
    optimizer.zero_grad()
    assert all(map(torch.equal, values(model), before))
    assert all(map(torch.equal, copies(optimizer), remembered))
    assert precision.state()["scale"] == FIRST_SCALE / 2
    for batch in (second, third):
        assert math.isfinite(take_step(model, optimizer, precision, batch))
    assert not any(map(torch.equal, values(model), before))
    assert precision.state()["scale"] == FIRST_SCALE / 2


def test_a_gradient_that_no_scale_can_cure_is_no_overflow_for_ever():
    weight = nn.Parameter(torch.tensor(1.0))
    optimizer, precision = torch.optim.SGD([weight], lr=0.1), Precision("float16", CPU)
    skipped = 0
    while True:
        precision.backward(weight * math.inf)
        precision.unscale(optimizer)
        assert weight.grad.isinf()
        if not precision.may_overflow():
            break
        precision.step(optimizer)
        optimizer.zero_grad()
        skipped += 1
    assert skipped == 16  # halvings from 2**16 down to 1
    assert weight.item() == 1.0


def test_only_a_scale_that_can_be_halved_excuses_an_overflow():
    assert scaled(2.0).may_overflow()
    assert not scaled(1.0).may_overflow()
    assert not Precision("bfloat16", CPU).may_overflow()


def test_a_run_taken_up_again_ends_with_the_same_bits():
    batches, too_large = inputs(steps=20), 2.0**24  # a scale that the first steps halve until nothing overflows
    model, precision = network(), scaled(too_large)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for position, batch in enumerate(batches):
        if position == 15:
            kept, weights = json.loads(json.dumps(precision.state())), values(model)
        take_step(model, optimizer, precision, batch)
    assert kept["scale"] < too_large and kept["_growth_tracker"] > 0

    resumed, again = network(), Precision("float16", CPU)
    with torch.no_grad():
        for parameter, value in zip(resumed.parameters(), weights, strict=True):
            parameter.copy_(value)
    again.load(kept)
    assert again.state() == kept
    optimizer = torch.optim.SGD(resumed.parameters(), lr=0.01)
    for batch in batches[15:]:
        take_step(resumed, optimizer, again, batch)
    assert all(map(torch.equal, values(resumed), values(model)))
    assert again.state() == precision.state()


def test_a_state_of_another_precision_is_left_alone():
    float16, bfloat16 = Precision("float16", CPU), Precision("bfloat16", CPU)
    before = float16.state()
    float16.load(bfloat16.state())
    bfloat16.load(before | {"scale": 4.0})
    assert float16.state() == before and bfloat16.state() == {}
